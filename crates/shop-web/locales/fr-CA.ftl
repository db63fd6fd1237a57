# Tout ce que le programme dit aux acheteurs, en français du Canada (vouvoiement, usage de l’OQLF).
# Une espace insécable ( ) précède le deux-points et se met à l’intérieur des guillemets ; rien ne précède « ; », « ! » ni « ? ».

## Montants et heures

amount = { $whole },{ $fraction } { $code }
amount-whole = { $whole } { $code }
hour =
    { $day ->
        [1] 1er
       *[other] { $day }
    } { $month ->
        [1] janvier
        [2] février
        [3] mars
        [4] avril
        [5] mai
        [6] juin
        [7] juillet
        [8] août
        [9] septembre
        [10] octobre
        [11] novembre
       *[12] décembre
    } { $year }, { $hour } h UTC
list-separator = { ", " }
line-item = { $count } × { $item }
item-option = { $name }, { $option }
labelled = { $label } : { $value }
optional = { $label } (facultatif)
if-any = { $label } (s’il y a lieu)
go-on = Continuer

## Sur chaque page

skip = Aller au contenu
demo-mark = DÉMO
demo-words = Cette boutique n’est pas encore ouverte : les paiements sont simulés. N’envoyez pas d’argent.
demo-order = Cette commande vient d’une démonstration : son paiement a été simulé. N’envoyez pas d’argent.
nav-shop = Boutique
nav-about = À propos de la boutique
nav-languages = Langue
nav-categories = Catégories
nav-where = Où vous êtes
nav-pages = Pages de cette liste
search = Rechercher
search-for = Rechercher un produit
all-products = Tous les produits
cart = Panier
your-order = Votre commande
pgp-key = Notre clé PGP
text-mirrors = Nos adresses, signées
text-canary = Signe de vie
text-security = Contact de sécurité
promise = Ni compte, ni script, ni pistage.
questions = Des questions? Écrivez à { $contact }
contact-elsewhere = l’adresse que le vendeur vous a donnée

## Produits

board-empty = Il n’y a pas encore de produits. Revenez bientôt.
list-empty = Il n’y a encore rien ici. Revenez bientôt.
ribbon-sold = ÉPUISÉ
ribbon-new = NOUVEAU
few-left = Il en reste peu
in-stock = En stock
option-sold = épuisé
price-from = à partir de { $price }
price-or = ou
digital-what = À télécharger : sur la page de votre commande dès que votre paiement est confirmé.
digital-too = Certains choix sont à télécharger : sur la page de votre commande dès que votre paiement est confirmé.
related = Va bien avec
see-all = Voir les { $count } produits
sold-out = Épuisé.
product-picture = { $name }, image { $at } sur { $of }
shipping-included = La livraison est comprise.
adds-shipping = La livraison s’ajoute dans le panier.
adds-tax = La taxe s’ajoute dans le panier, là où elle est due.
adds-both = La livraison, et la taxe là où elle est due, s’ajoutent dans le panier.
option = Option
quantity = Quantité
add = Ajouter au panier
add-named = Ajouter au panier : { $name }
in-categories = Dans
next-item = Article suivant : { $name }
to-first-page = Retour à la première page
found =
    { $count ->
        [0] Aucun produit
        [one] Un produit
       *[other] { $count } produits
    }
found-nothing = Aucun résultat pour « { $search } ». Essayez moins de mots ou d’autres mots.
narrow = Filtrer
narrow-none = Enlever tous les filtres
narrow-price = Prix
narrow-price-below = moins de { $to }
narrow-price-between = de { $from } à { $to }
narrow-price-above = { $from } et plus
narrowed-to-nothing = Aucun produit ne correspond à tous ces filtres.
only-in-stock = En stock seulement
sort-by = Ordre
sort-best = Pertinence
sort-featured = En vedette
sort-newest = Nouveautés
sort-price-up = Prix croissant
sort-price-down = Prix décroissant
sort-name = Par nom
page = Page
page-before = Précédente
page-after = Suivante

## Le panier

cart-heading = Votre panier
cart-empty = Votre panier est vide.
cart-look = Voir ce que nous avons
items = Articles
price-each = { $price } l’unité
quantity-of = Quantité de { $name }
remove = Retirer
remove-named = Retirer { $name }
total = Total
pay-with = Payer en
cart-terms = Vous n’avez pas besoin de compte.
cart-update = Mettre le panier à jour
check-out = Passer à la caisse
continue-shopping = Poursuivre vos achats
cart-unknown = Cet article n’est plus dans la boutique.
cart-sold = Article épuisé : { $name }.
cart-option = Veuillez choisir l’une des options de { $name }.
cart-too-many = On peut commander au plus { $most } × { $name } à la fois.
cart-full = Un panier contient au plus { $most } articles différents. Veuillez d’abord passer cette commande.
cart-sum = Il est impossible d’additionner ce panier.
cart-no-price = Les articles du panier n’ont pas tous un prix en { $currency }.
cart-quantity = Veuillez indiquer une quantité de 1 à { $most }.
cart-currency = Ce panier ne peut pas être payé ainsi. Veuillez choisir une autre monnaie.

## Le compte

percent = { $whole },{ $fraction } %
percent-whole = { $whole } %
bill-goods = Sous-total
bill-discount = Rabais
bill-discount-percent = Rabais ({ $percent })
bill-shipping-free = Votre rabais rend la livraison gratuite.
bill-shipping = Livraison : { $name }
bill-tax = { $name } ({ $percent })
bill-tax-inside = Compris dans le total : { $name } ({ $percent })
bill-rounding = Arrondi à huit décimales
bill-naming = Pour que votre paiement soit reconnu
bill-to-pay = À payer
bill-so-far = Total jusqu’ici
bill-send-to = Livrer à
bill-country = Pays
bill-choose = Veuillez choisir
bill-ways = Mode de livraison
bill-code = Code de rabais
bill-use-code = Utiliser le code
bill-remove-code = Retirer le rabais
bill-wrong-code = Ce code ne donne pas de rabais sur cette commande en ce moment.
bill-code-no-better = Avec ce code, le total ne serait pas plus bas : il n’a pas été utilisé. Un seul rabais vaut pour une commande.
bill-code-over = Le rabais ne s’applique plus à cette commande. Il a été retiré.
bill-unknown-country = Veuillez choisir un des pays de la liste.
bill-unknown-rate = Veuillez choisir un des modes de livraison.
bill-say-country = Veuillez indiquer la destination : le total en dépend.
bill-say-country-tax = Veuillez indiquer votre pays : la taxe en dépend.
bill-say-region = Veuillez indiquer la province, l’État ou la région : le total en dépend.
bill-not-served = Nous ne livrons pas cette commande à cette destination : { $place }.
bill-no-rate-in = La livraison à cette destination ne peut pas être payée dans cette monnaie ({ $currency }). Veuillez choisir une autre monnaie ou une autre destination.
bill-no-rate = C’est trop pour y être livré en une seule commande. Enlevez quelque chose, ou faites plusieurs commandes.
bill-below-minimum = Une commande doit comprendre des articles pour au moins { $minimum }.
bill-nothing-to-pay = Il n’y a rien à payer pour ce panier : il ne peut donc pas être commandé ici.
bill-too-few = Il reste moins de { $name } que n’en demande votre panier. Veuillez réduire la quantité.
bill-change-place = Changer la destination
bill-nothing-sent = Rien de cette commande n’est expédié : aucune adresse n’est nécessaire.

## Un témoin qui n’est pas revenu

lost-heading = Votre panier ou votre commande n’est plus ouvert ici
lost-what = Votre panier et l’accès à votre commande se trouvent dans un témoin scellé, dans votre navigateur et nulle part ailleurs. Nous venons d’en donner un à votre navigateur, et il n’est pas revenu. Ou bien il était trop vieux : un panier dure un jour, une commande ouverte dure une heure.
lost-why = Le navigateur Tor garde ces témoins à tous les niveaux de sécurité, même au plus élevé. D’autres navigateurs les refusent sur les pages en .onion. Veuillez utiliser le navigateur Tor sans le modifier, autoriser les témoins pour cette page et réessayer.
see-all-products = Voir tous les produits
enter-code = Saisir un code de commande

## La commande à passer

checkout-title = Passer la commande
checkout-heading = Où faut-il livrer?
checkout-again = Veuillez revoir ceci
checkout-stale = Cette page est restée ouverte trop longtemps. Veuillez la relire et l’envoyer de nouveau.
checkout-quick = C’est arrivé plus vite qu’on ne peut écrire une adresse. Veuillez vérifier et envoyer de nouveau.
checkout-changed = La facture a changé depuis que vous l’avez vue : un prix, une règle ou votre panier. Rien n’a été commandé. Veuillez la regarder de nouveau.
checkout-lower = En prendre moins : { $name }
checkout-lowered = Il y en a moins dans votre commande. Veuillez regarder la facture et envoyer de nouveau.
checkout-waits =
    { $minutes ->
        [one] Beaucoup de commandes arrivent en ce moment. Rien de ce que vous avez écrit n’est perdu : veuillez envoyer de nouveau dans une minute.
       *[other] Beaucoup de commandes arrivent en ce moment. Rien de ce que vous avez écrit n’est perdu : veuillez envoyer de nouveau dans environ { $minutes } minutes.
    }
queue = Un instant, s’il vous plaît
queue-what =
    { $minutes ->
        [one] Beaucoup de commandes arrivent en ce moment. Votre tour vient d’ici une minute; cette page avance d’elle-même et votre panier est conservé.
       *[other] Beaucoup de commandes arrivent en ce moment. Votre tour vient dans environ { $minutes } minutes; cette page avance d’elle-même et votre panier est conservé.
    }
queue-look = Vérifier maintenant
checkout-sealing = Ce que vous écrivez ici est scellé avec la clé du vendeur avant d’être enregistré. Ce serveur ne peut plus le lire ensuite.
ship-to = Livrer à
recipient = Destinataire
street = Rue et numéro
postcode = Code postal
city = Ville
province = Province, État ou région
country = Pays
sealed-instead = Ou donnez l’adresse déjà chiffrée
sealed = Adresse, chiffrée avec la clé du vendeur
sealed-hint = Chiffrez votre adresse avec notre clé, collez ici le bloc PGP MESSAGE au complet et laissez vides les champs de l’adresse.
contact = Contact
contact-yes = Le vendeur peut m’écrire au sujet de cette commande
email = Courriel
email-hint = Vous pouvez toujours lire votre commande ici. Si vous cochez la case ci-dessus et donnez un courriel, le vendeur répond à la main, par un service de courriel anonyme. Sans la coche, il n’est pas conservé.
note = Un mot au vendeur
place-order = Commander
place-order-hint = La page suivante indique comment payer.
change-cart = Modifier le panier
field-missing = Veuillez remplir ce champ.
field-long = C’est plus long que { $most } caractères.
field-no-email = Vous avez demandé qu’on vous écrive : veuillez donner un courriel ou décocher la case.
field-not-an-email = Cela ne ressemble pas à un courriel : nom@example.org.
field-not-armored = Ce n’est pas un message chiffré. Collez le bloc PGP MESSAGE au complet, ou laissez la case vide et remplissez l’adresse.
field-not-for-seller = Ce message n’est pas chiffré avec la clé du vendeur. Chiffrez-le avec la clé qui se trouve à l’adresse /pgp.txt, ou laissez la case vide et remplissez l’adresse.
field-country = Aucun pays de notre liste ne porte ce nom. Veuillez en vérifier l’orthographe.
field-country-meant = Aucun pays de notre liste ne porte ce nom. Vouliez-vous dire : { $country }?
field-postcode = Pour ce pays ({ $country }), un code postal s’écrit ainsi : { $example }.
field-postcode-elsewhere = Ce code postal n’est pas de cette région : { $region }.
address-sure = L’adresse est exacte telle que je l’ai écrite
field-twice = Donnez l’adresse soit chiffrée, soit dans le formulaire, mais pas les deux.

## Le code de commande

order-heading = Commande { $order }
fresh-heading = Merci. Gardez ce code.
fresh-sent-before = Votre panier avait déjà donné lieu à cette commande, même si la réponse ne vous est peut-être pas parvenue; rien n’a été commandé deux fois. Si vous avez changé le panier ou le formulaire depuis, la commande n’en tient pas compte : vous pouvez l’annuler sur sa page et commander de nouveau.
fresh-placed = Votre commande { $order } est passée et attend votre paiement. Ce code est la seule façon d’y revenir :
fresh-keep = Notez-le sur papier ou gardez-le dans un gestionnaire de mots de passe. Il n’est montré que cette fois-ci; nous ne l’avons pas et ne pouvons pas le renvoyer. Quiconque a le code peut lire votre commande.
fresh-kept = Je l’ai noté : voir comment payer
enter-unknown = Aucune commande ne s’ouvre avec ce code
enter-unknown-why = Comparez-le caractère par caractère. S’il est exact, la commande a été supprimée parce que son temps était écoulé, ou parce que quelqu’un qui a ce code l’a fait oublier à la boutique; si cela vous étonne, écrivez au vendeur.
enter-length = Il y a ici { $count } caractères; un code de commande en a 28.
enter-mistyped = Un caractère est faux ou manque : aucun code de commande ne s’écrit ainsi. Comparez caractère par caractère.
order-code = Code de commande
order-code-hint = 28 lettres et chiffres, comme { $example }. Les majuscules et les tirets n’importent pas.
enter-show = Voir ma commande
enter-another = Ouvrir une autre commande
enter-where = Le code a été montré au moment de la commande. La boutique ne l’a pas et ne peut pas le renvoyer.

## La commande

order-state = État
confirmations = Confirmations
confirmations-of = { $have } sur { $needs }
payment = Paiement
how-to-pay = Comment payer
qr-alt = Code QR avec le montant et l’adresse de paiement
send-exactly = Envoyez exactement
to-address = À cette adresse { $asset }
before = Payez avant le
do-not-round = C’est un peu plus que le total : les derniers chiffres désignent votre commande. Veuillez ne pas arrondir.
do-not-round-rest = C’est un peu plus que ce qui manque : les derniers chiffres désignent votre commande. Veuillez ne pas arrondir.
pay-mainnet = Uniquement sur le réseau principal d’Ethereum. Votre portefeuille paie les frais du réseau en plus : ce qui arrive doit être exactement ce montant.
pay-chain = Uniquement sur le réseau dont l’identifiant de chaîne est { $id }. Votre portefeuille paie ses frais en plus : ce qui arrive doit être exactement ce montant.
pay-fee = Votre portefeuille paie les frais du réseau en plus : ce qui arrive doit être exactement ce montant.
demo-how = Ceci est une démo : simulez le paiement dans un terminal avec
check-now = Vérifier maintenant
reload-stop = Ne plus actualiser toute seule
reload-start = Laisser cette page s’actualiser toute seule
claim-heading = Payé, mais pas encore vu?
transaction-id = Identifiant de transaction
look-up = Chercher
receipt = Reçu
close-order = La masquer sur cet appareil
close-order-hint = La masquer ne change rien à votre commande. Votre code l’ouvre de nouveau.
claim-not-an-id = Ce n’est pas un identifiant de transaction. Votre portefeuille le montre dans les détails du paiement.
claim-known = Cet identifiant de transaction nous est déjà connu.
claim-too-many = C’est un identifiant de transaction de trop. Veuillez écrire au vendeur.
claim-pending = Nous le cherchons. Veuillez vérifier de nouveau dans une minute.
claim-found = Trouvé : il compte pour cette commande.
claim-not-found = La chaîne ne le connaît pas, ou pas encore. Vous pouvez réessayer plus tard.
claim-not-ours = Il paie quelqu’un d’autre.
claim-failed = La transaction a échoué : la chaîne ne l’a pas exécutée.
claim-counted = Il compte pour une autre commande.
claim-too-old = Il est plus vieux que cette commande.
claim-review = Le paiement est arrivé, mais son montant n’est pas celui de cette commande. Nous avons demandé au vendeur de l’examiner; vous n’avez rien à faire.
claim-accepted = Le vendeur l’a accepté. Il comptera dès que nous l’aurons cherché une fois de plus.
claim-of-others = Ses derniers chiffres (de la 5e à la 8e décimale) ne sont pas ceux de cette commande : il a été envoyé pour autre chose. S’il est tout de même de vous, veuillez écrire au vendeur en donnant cet identifiant de transaction.
claim-unanswered = Nous n’avons pas pu le chercher : personne n’a répondu. Veuillez réessayer plus tard.
claim-rejected = Le vendeur l’a examiné : il n’est pas pour cette commande. Si vous pensez le contraire, veuillez écrire au vendeur.

state-awaiting = En attente de votre paiement
state-awaiting-what = Nous ne l’avons pas encore vu. Une fois envoyé, il peut mettre quelques minutes à paraître ici.
unseen-order = La boutique ne peut pas voir les paiements en { $asset } en ce moment; la dernière fois, c’était le { $since }. Ce que vous avez envoyé n’est pas perdu : la boutique le trouvera dès qu’elle verra de nouveau la chaîne, et c’est le moment de l’envoi qui compte. Ne payez pas deux fois.
unseen-checkout = La boutique ne peut pas voir les paiements en { $asset } en ce moment; la dernière fois, c’était le { $since }. Vous pouvez commander et payer : le paiement sera trouvé dès qu’elle verra de nouveau la chaîne, mais l’envoi pourrait tarder.
state-seen = Nous voyons votre paiement
state-seen-what = { $paid } est en route. Ce n’est pas encore dans un bloc de la chaîne.
state-confirming = Votre paiement est en cours de confirmation
state-confirming-what =
    { $have ->
        [one] Reçu : { $paid }. Il y a { $have } confirmation sur les { $needs } nécessaires; vous n’avez pas à attendre ici.
       *[other] Reçu : { $paid }. Il y a { $have } confirmations sur les { $needs } nécessaires; vous n’avez pas à attendre ici.
    }
state-short = Il manque une partie de votre paiement
state-short-what = Reçu : { $paid }. Il manque { $missing }. Veuillez envoyer le reste.
state-short-claim = Saisissez ensuite ci-dessous l’identifiant de cette transaction, pour que nous sachions qu’elle vient de vous.
state-short-fee = Si vous avez payé depuis une plateforme d’échange, il s’agit sans doute des frais qu’elle a retenus : c’est le montant entier qui doit arriver.
state-short-ended = Il manquait quelque chose à la fin de l’offre
state-short-ended-what = Reçu : { $paid }. Il manquait { $missing }, et l’offre a pris fin : { $until }. N’envoyez pas le reste; ce que vous avez envoyé à temps sera encore trouvé.
state-short-ended-refund = La commande est sur la liste des remboursements du vendeur, ou le sera bientôt : veuillez indiquer ci-dessous où rendre l’argent.
state-settled = Payé. Merci!
state-settled-what = Le vendeur a tout ce qu’il faut pour expédier votre commande.
state-settled-digital = Ce que vous avez acheté se trouve sur cette page.
state-settled-waits = Ce que vous avez acheté apparaîtra sur cette page dès que le vendeur aura examiné le paiement.
state-over = Payé, et trop
state-over-what = { $over } de plus que le montant dû sont arrivés. Le vendeur le sait; veuillez dire ci-dessous où la différence doit aller.
state-difference-back = La différence a été remise.
state-expired = Cette offre est terminée
state-expired-what = Rien n’a été vu avant le { $until }. Ne payez plus, s’il vous plaît : passez plutôt une nouvelle commande. Si vous avez payé à temps, le paiement sera tout de même trouvé.
state-review = Le vendeur examine votre paiement
state-review-what = Vous avez indiqué un paiement dont le montant n’est pas celui de cette commande. Nous avons demandé au vendeur si ce paiement est le vôtre. D’ici là, veuillez ne pas payer une deuxième fois : la réponse paraîtra sur cette page.
state-late = Payé après la fin de l’offre
state-late-what = Reçu : { $paid }, mais seulement après le { $until }. Le vendeur décide : expédier les articles ou rendre l’argent.
state-reversed = La chaîne a repris votre paiement
state-reversed-what = { $lost } était arrivé et n’y est plus : la chaîne a été réorganisée, ou l’argent a été dépensé deux fois. Si le paiement revient, il compte de nouveau. Sinon, écrivez au vendeur.
state-checked = Votre paiement est en cours de vérification
state-checked-what = Le réseau ne s’est pas encore entendu sur le bloc qui contient votre paiement. Rien n’est perdu et vous n’avez rien à faire : rien n’est remis avant que ce soit certain, et cette page indique la suite.
state-demo = Cette commande vient d’une démonstration
state-demo-what = Elle a été passée avant l’ouverture de la boutique : son paiement a été simulé et rien n’est envoyé. N’envoyez pas d’argent. Votre code l’ouvre jusqu’à la fin de sa conservation.
state-away = Ne payez pas maintenant
state-away-what = La boutique ne surveille pas les paiements en ce moment. Votre commande est conservée, et ce que vous avez payé sera retrouvé quand la surveillance reprendra. Veuillez revenir plus tard ou écrire au vendeur.

## La page de commande : son parcours, ses articles, sa fin

timeline = Le parcours de cette commande
step-is-done = fait
step-is-now = maintenant
step-is-next = à venir
step-placed = Commande passée
step-cancelled = Annulée par vous
step-ended = Offre terminée
step-seen = Paiement vu
step-short = Montant insuffisant reçu
step-gone = Articles épuisés
step-confirming = Confirmations
step-paid = Paiement complet
step-reversed = Repris par la chaîne
step-sent = Expédiée
step-delivered = Livrée
step-refunded = Argent rendu
step-difference = Différence remise

goods-aside = Les articles vous sont réservés jusqu’à ce moment : { $until }. Ensuite, d’autres peuvent les acheter avant que vous payiez.
goods-open = Rien n’est réservé tant que vous n’avez pas payé : d’autres peuvent acheter les articles avant vous.
state-gone = Ne payez pas : les articles sont épuisés
state-gone-what = D’autres ont payé les derniers avant vous. Vous n’avez rien perdu; veuillez annuler cette commande. S’il en revient pendant qu’elle est ouverte, cette page indiquera de nouveau comment payer.
state-gone-rest = N’envoyez pas le reste : les articles sont épuisés
state-gone-rest-what = Reçu : { $paid }. D’autres avaient payé les derniers articles avant cela. Veuillez indiquer ci-dessous où rendre l’argent, et écrire au vendeur.
state-missed-soon = D’autres ont payé les derniers articles avant vous. Une fois votre paiement confirmé, la commande passe sur la liste des remboursements du vendeur.
state-missed = Payé, mais les articles étaient épuisés
state-missed-what = D’autres ont payé les derniers avant vous. La commande est sur la liste des remboursements du vendeur : veuillez indiquer ci-dessous où rendre l’argent. Si des articles reviennent d’ici là, ils sont gardés pour vous.
state-refunded = L’argent a été rendu
state-refunded-what = Le vendeur a marqué cette commande comme remboursée. Écrivez-lui si rien n’arrive.
state-sent = Commande expédiée
state-sent-what = Le vendeur indique que votre commande est en route.
state-delivered = Commande livrée
state-delivered-what = Le vendeur indique que votre commande est arrivée.
state-cancelled = Vous avez annulé cette commande
state-cancelled-what = Ne la payez plus, s’il vous plaît. L’argent qui arriverait tout de même compte comme tardif : il est trouvé, et le vendeur décide d’expédier les articles ou de rendre l’argent.
state-late-cancelled = Payé après votre annulation
state-late-cancelled-what = Reçu : { $paid }, bien que vous ayez annulé la commande. Le vendeur décide : expédier les articles ou rendre l’argent.

said-heading = De la part du vendeur
said-note = Message
said-closed = Il y a ici des mots que votre code n’ouvre pas. Veuillez écrire au vendeur.

digital-heading = À vous, à garder
digital-soon = Ce que vous avez acheté apparaîtra ici dès que votre paiement sera confirmé.
digital-waits = Votre paiement est confirmé. Le vendeur, déjà prévenu, l’examine encore une fois avant la remise. Veuillez revenir plus tard; votre code de commande ouvre cette page.
digital-late = Le paiement est arrivé en retard. Ce que vous avez acheté apparaîtra ici si le vendeur décide de le remettre.
digital-reversed = Fermé : la chaîne a repris le paiement. Tout se rouvre si le paiement revient.
digital-checked = Fermé pour l’instant : votre paiement est en cours de vérification. L’accès s’ouvrira ensuite.
digital-refunded = Fermé : l’argent a été remboursé.
digital-begin = Télécharger
digital-begin-named = Télécharger { $name }
digital-again = Reprendre le fichier
digital-again-named = Reprendre le fichier : { $name }
digital-left =
    { $left ->
        [one] Vous pouvez le télécharger une fois, jusqu’au { $closes }.
       *[other] Vous pouvez le télécharger { $left } fois, jusqu’au { $closes }.
    }
digital-open = Commencé. Jusqu’au { $until }, vous pouvez le reprendre, ou continuer là où il s’est interrompu; cela compte une seule fois.
digital-used-up = Vous l’avez téléchargé autant de fois que vous l’avez acheté. S’il vous le faut encore, veuillez écrire au vendeur.
digital-closed = Le temps pour le télécharger a pris fin le { $since }. S’il vous le faut, veuillez écrire au vendeur.
digital-gone = Le fichier n’est pas là pour le moment. Rien n’a été compté; veuillez écrire au vendeur.
digital-owed = Le vendeur doit d’abord ajouter des codes; il a été prévenu. Ils apparaîtront ici.
size-kilo = { $whole } ko
size-mega = { $whole },{ $tenth } Mo

refund-heading = Votre adresse de remboursement
refund-name = Indiquer où il doit aller
refund-other = Indiquer une autre adresse
refund-label = Votre adresse { $asset }
refund-hint = Une adresse de votre propre portefeuille. Elle est scellée pour le vendeur et pour votre code de commande.
refund-keep = Garder cette adresse
refund-kept = Le vendeur connaît cette adresse :
refund-noted = Elle est gardée, et le vendeur est prévenu.
refund-compare = Elle est gardée, et le vendeur est prévenu. Rien en elle n’a pu être vérifié : veuillez la comparer caractère par caractère.
refund-not-an-address = Ce n’est pas une adresse { $asset }. Votre portefeuille en montre une sous « recevoir ».
refund-checksum = Les majuscules de cette adresse { $asset } sont sa somme de contrôle, et elles ne concordent pas : un caractère a changé en chemin. Veuillez la copier de nouveau.
refund-nobody = Personne ne possède cette adresse { $asset } : ce qui y est envoyé est perdu.
refund-ours = C’est l’adresse à laquelle vous payez. Veuillez en donner une à vous.
refund-too-often = L’adresse a été changée trop souvent. Veuillez écrire au vendeur.

cancel-order = Annuler cette commande
cancel-heading = Annuler la commande { $order }?
cancel-what = L’offre prend fin aussitôt, ce qui vous était réservé est libre pour d’autres, et le vendeur est prévenu. Votre code ouvre encore la commande jusqu’à ce que son temps soit écoulé.
cancel-late = Si vous avez déjà envoyé le paiement, n’annulez pas. L’argent qui arrive ensuite est tardif : il est trouvé, et le vendeur décide d’expédier les articles ou de rendre l’argent.
cancel-do = Annuler la commande
cancel-money-seen = De l’argent a été vu pour cette commande; elle ne peut donc plus être annulée ici. Veuillez écrire au vendeur.
cancel-ended = L’offre est déjà terminée. Il n’y a plus rien à annuler.

forget-order = Oublier cette commande
forget-heading = Oublier la commande { $order }?
forget-destroys = Ceci détruit ce que le serveur conserve : la commande scellée, l’état de son paiement et ce que le vendeur en a dit. Ensuite, votre code n’ouvre plus rien. C’est irréversible.
forget-remains = Ce qui reste : les courriels scellés dans la boîte du vendeur, que lui seul peut lire; le paiement sur la chaîne, que tout le monde peut voir; et ici, le fait que son adresse de paiement a servi et, pour un temps, le nom du paiement, afin qu’il ne compte pas deux fois.
forget-receipt = Sans cet enregistrement, personne ne peut retrouver ce qui a été payé. Prenez d’abord le reçu si vous pourriez en avoir besoin.
forget-digital = Ce que vous avez acheté sur cette page se ferme avec elle : téléchargez-le, et notez vos codes, d’abord.
forget-gives-up = Le vendeur a encore de l’argent à vous : plus que le montant dû, ou de l’argent arrivé en retard, pour lequel rien n’a été envoyé. Sans l’enregistrement, vous ne pouvez pas montrer qu’il est à vous.
forget-do = Détruire l’enregistrement
forget-payable = Pas encore : la commande peut toujours être payée. Annulez-la d’abord.
forget-unsettled = Pas encore : son paiement n’est pas réglé. De l’argent est en route, il en manque, ou la chaîne l’a repris.
forget-owed = Pas encore : les articles étaient épuisés, et l’argent n’a pas été rendu.
forget-undelivered = Pas encore : un courriel à son sujet est en route vers la boîte du vendeur. Veuillez réessayer dans une minute.
forgotten-heading = La commande est oubliée
forgotten-what = Ce serveur a détruit son enregistrement, et ce navigateur en a oublié le chemin. Les courriels du vendeur et le paiement sur la chaîne ne sont pas à nous de détruire.

receipt-paid = Payée dans le bloc { $block }, { $when }.
receipt-refunded = Le vendeur a marqué la commande comme remboursée.
receipt-refund-to = Remboursements à
receipt-codes = Codes : { $name }

## Le reçu

receipt-title = Reçu { $order }
receipt-heading = Reçu de la commande { $order }
receipt-at = Reçu de la commande { $order }, { $shop }
receipt-shop = Boutique
receipt-placed = Date de la commande
receipt-item = Article
receipt-sum = Somme
receipt-line = { $each } l’unité, { $total } en tout
receipt-due = Montant dû
receipt-tagged = Le montant dû dépasse un peu le total : ses derniers chiffres désignent la commande.
receipt-to = À
receipt-received = Reçu
receipt-sealed = Vous avez donné l’adresse chiffrée; seul le vendeur peut la lire.
receipt-billed = Facturé pour
receipt-no-email = Aucun courriel donné.
receipt-note = Votre mot
receipt-seller = Vendeur
receipt-keep = Veuillez garder ceci dans vos dossiers.
receipt-print = Imprimez-le avec votre navigateur ou prenez-le en texte.
receipt-download = Télécharger en texte
receipt-back = Retour à la commande

## The letter the seller relays to the buyer

relay-subject = Votre commande { $order }, { $shop }
relay-thanks = Merci de votre commande { $order }, { $shop }.
relay-handed-out = Ce qui se télécharge est sur la page de votre commande dès que votre paiement est confirmé.
relay-until = À payer avant le
relay-paid = Si vous avez déjà payé, il ne reste rien à faire.
relay-code = Avec votre code de commande, vous pouvez toujours lire votre commande : ouvrez la boutique, choisissez « Votre commande » et saisissez le code. Nous n’avons pas le code; gardez-le en lieu sûr.

## Refus

your-cart = Votre panier
back-to-cart = Retour au panier
back-to-shop = Retour à la boutique
refused-gone = Cette page n’existe pas
refused-gone-what = Elle a peut-être changé de nom, ou l’article a été vendu et retiré. Tout ce que nous avons se trouve dans la liste de tous les produits.
refused-unread = Nous n’avons pas pu lire cela
refused-unread-what = Quelque chose dans la demande n’était pas tel qu’une page de cette boutique l’envoie. Veuillez revenir en arrière et réessayer.
refused-expired = Son temps est écoulé
refused-expired-what = Cela n’est plus conservé. Veuillez recommencer.
refused-unpaid = Ceci attend un paiement
refused-unpaid-what = Ouvrez votre commande pour voir le montant dû.
refused-busy = La boutique est occupée
refused-busy-what = Trop de commandes attendent leur paiement en ce moment. Veuillez réessayer dans une heure environ. Votre panier est conservé.
refused-down = Cela ne fonctionne pas en ce moment
refused-down-what = Une partie de la boutique ne répond pas. Rien n’a été perdu et rien n’a été commandé. Veuillez réessayer dans quelques minutes.
refused-closed = Pas de commandes pour l’instant
refused-closed-what = La boutique ne prend pas de commandes en ce moment. Ses prix restent affichés, votre panier est conservé et ce que vous avez déjà commandé est en sûreté. Veuillez réessayer plus tard.
refused-unseen = Pas de commandes dans cette monnaie pour l’instant
refused-unseen-what = Depuis des heures, la boutique ne peut pas voir les paiements dans cette monnaie; elle n’y accepte donc pas de nouvelles commandes. Le vendeur est au courant. Votre panier est conservé, et ce que vous avez déjà payé n’est pas perdu : la boutique le trouvera dès qu’elle verra de nouveau la chaîne. Réessayez plus tard ou choisissez une autre monnaie dans le panier, s’il y en a une.
refused-unread-chain = Pas encore de commandes
refused-unread-chain-what = Depuis son ouverture, la boutique n’a pas encore joint le réseau de paiement et ne verrait pas votre paiement. Rien n’a été commandé et votre panier est conservé. Veuillez réessayer dans quelques minutes.
refused-denied = Cela n’est pas permis
refused-denied-what = La demande ne venait pas d’une page de cette boutique, et rien n’a donc été fait. Si vous avez envoyé un formulaire ici, veuillez utiliser le navigateur Tor sans le modifier et réessayer.
refused-bug = Un problème est survenu ici
refused-bug-what = C’est notre faute, et rien n’a été commandé. Veuillez réessayer plus tard.
refused-method = Cela ne peut pas se faire ici
refused-method-what = La page existe, mais pas pour ce genre de demande. Veuillez revenir en arrière et réessayer.
refused-large = C’était trop à la fois
refused-large-what = Le formulaire était plus long que ce que la boutique accepte. Veuillez revenir en arrière et le raccourcir.
refused-address = Cette adresse est trop longue
refused-address-what = Aucune page de cette boutique n’a une adresse aussi longue.
refused-head = Le navigateur a envoyé trop de choses
refused-head-what = Il y avait plus d’en-têtes que cette boutique n’en lit. Veuillez utiliser le navigateur Tor sans le modifier.
refused-stale = Ce formulaire est trop vieux
refused-stale-what = Il est resté ouvert trop longtemps, ou appartient à un panier ou à une commande qui a été fermée depuis. Rien n’a été fait. Veuillez ouvrir la page de nouveau et refaire ce que vous avez fait.
refused-name = Mal dirigé
refused-name-what = Cette demande s’adresse à quelqu’un d’autre.
refused-proxy = Veuillez utiliser le navigateur Tor
refused-proxy-what = Vous êtes passé par un mandataire qui peut lire et modifier tout ce que vous faites ici.
refused-crowding = Doucement, s’il vous plaît
refused-crowding-what = Trop de demandes à la fois. Attendez une minute, puis actualisez la page.
