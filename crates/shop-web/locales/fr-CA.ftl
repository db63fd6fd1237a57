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
nav-where = Vous êtes ici
nav-pages = Pages
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
few-left = Stock limité
in-stock = En stock
option-sold = épuisé
price-from = à partir de { $price }
price-or = ou
digital-what = Numérique : accessible sur la page de votre commande dès que votre paiement est confirmé.
digital-too = Certaines options sont numériques : accessibles sur la page de votre commande dès que votre paiement est confirmé.
related = Va bien avec cet article
see-all = Voir les { $count } produits
sold-out = Épuisé.
product-picture = { $name }, image { $at } sur { $of }
shipping-included = La livraison est comprise.
adds-shipping = La livraison s’ajoute dans le panier.
adds-tax = Toute taxe applicable s’ajoute dans le panier.
adds-both = La livraison et toute taxe applicable s’ajoutent dans le panier.
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
found-nothing = Aucun résultat pour « { $search } ». Essayez avec moins de mots ou d’autres mots.
narrow = Filtrer
narrow-none = Effacer les filtres
narrow-price = Prix
narrow-price-below = moins de { $to }
narrow-price-between = de { $from } à { $to }
narrow-price-above = { $from } et plus
narrowed-to-nothing = Aucun produit ne correspond à tous ces filtres.
only-in-stock = En stock seulement
sort-by = Trier
sort-best = Pertinence
sort-featured = En vedette
sort-newest = Nouveautés
sort-price-up = Prix croissant
sort-price-down = Prix décroissant
sort-name = Nom
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
pay-with-other = Afficher le montant
pay-coin-on = sur le réseau { $network }
pay-token-on = un jeton du réseau { $network }
cart-paid-in = Vous pouvez payer en { $assets }. Le montant est indiqué au moment de passer la commande.
converted-missing = Il n’y a pas de taux de change actuel pour { $assets } : vous ne pouvez pas payer ainsi pour le moment.
cart-terms = Aucun compte requis.
cart-update = Mettre à jour le panier
check-out = Passer à la caisse
continue-shopping = Poursuivre vos achats
cart-unknown = Cet article n’est plus offert dans la boutique.
cart-sold = Article épuisé : { $name }.
cart-option = Veuillez choisir une option pour { $name }.
cart-too-many = Vous pouvez commander au plus { $most } × { $name } à la fois.
cart-full = Votre panier est plein : il contient au plus { $most } articles différents. Veuillez d’abord passer cette commande.
cart-sum = Nous n’avons pas pu calculer le total de ce panier.
cart-no-price = Certains articles du panier n’ont pas de prix en { $currency }.
cart-quantity = Veuillez indiquer une quantité de 1 à { $most }.
cart-currency = Vous ne pouvez pas payer ce panier dans cette monnaie. Veuillez en choisir une autre.

## Le compte

percent = { $whole },{ $fraction } %
percent-whole = { $whole } %
bill-goods = Sous-total
bill-discount = Rabais
bill-discount-percent = Rabais ({ $percent })
bill-shipping-free = Votre rabais comprend la livraison gratuite.
bill-shipping = Livraison : { $name }
bill-tax = { $name } ({ $percent })
bill-tax-inside = Comprend { $name } ({ $percent })
bill-rounding = Arrondi à huit décimales
bill-naming = Ajouté pour reconnaître votre paiement
bill-to-pay = Total à payer
bill-so-far = Total jusqu’à présent
bill-converted = Total en { $asset }
bill-no-exchange = Les prix en { $currency } ne peuvent pas être convertis pour le moment : ce panier ne peut pas être commandé. Il reste tel quel. Veuillez réessayer plus tard.
converted-sources = Converti à 1 { $code } = { $price }, le taux du { $hour } selon { $sources }.
converted-by-hand = Converti à 1 { $code } = { $price }, un taux fixé par la boutique. Il date du { $hour }.
converted-made-up = Converti à 1 { $code } = { $price }. Ce taux est inventé pour la démonstration.
bill-send-to = Livrer à
bill-country = Pays
bill-choose = Veuillez choisir
bill-ways = Mode de livraison
bill-code = Code de rabais
bill-use-code = Appliquer le code
bill-remove-code = Retirer le rabais
bill-wrong-code = Ce code n’est pas valide pour cette commande.
bill-code-no-better = Ce code ne ferait pas baisser votre total : il n’a donc pas été appliqué. Un seul rabais par commande.
bill-code-over = Le rabais ne s’applique plus à cette commande et a été retiré.
bill-unknown-country = Veuillez choisir un pays dans la liste.
bill-unknown-rate = Veuillez choisir un mode de livraison.
bill-say-country = Veuillez choisir la destination : le total en dépend.
bill-say-country-tax = Veuillez choisir votre pays : la taxe en dépend.
bill-say-region = Veuillez choisir votre province, État ou région : le total en dépend.
bill-not-served = Nous ne livrons pas cette commande à cette destination : { $place }.
bill-no-rate-in = La livraison à cet endroit ne peut pas être payée en { $currency }. Veuillez choisir une autre monnaie ou une autre destination.
bill-no-rate = C’est trop pour une seule livraison à cet endroit. Veuillez retirer quelque chose ou faire plusieurs commandes.
bill-below-minimum = Une commande doit comprendre au moins { $minimum } d’articles.
bill-nothing-to-pay = Il n’y a rien à payer pour ce panier : vous ne pouvez donc pas le commander ici.
bill-dust = Cette commande coûte moins que ce qu’un portefeuille peut envoyer dans cette monnaie : le minimum est { $least }. Ajoutez un article, ou choisissez une autre monnaie.
bill-too-few = Il reste moins de { $name } que dans votre panier. Veuillez réduire la quantité.
bill-change-place = Changer la destination
bill-nothing-sent = Rien dans cette commande n’est expédié : aucune adresse n’est nécessaire.

## Un témoin qui n’est pas revenu

lost-heading = Votre panier ou votre commande n’est plus ouvert ici
lost-what = Votre panier et l’accès à votre commande sont conservés dans un témoin chiffré, dans votre navigateur et nulle part ailleurs. Nous venons d’en donner un à votre navigateur, et il n’est pas revenu. Ou bien il a expiré : un panier dure un jour, une commande ouverte dure une heure.
lost-why = Le navigateur Tor garde ces témoins à tous les niveaux de sécurité, même au plus élevé. D’autres navigateurs les refusent sur les pages en .onion. Veuillez utiliser le navigateur Tor sans modification, autoriser les témoins pour cette page et réessayer.
see-all-products = Voir tous les produits
enter-code = Saisir un code de commande

## La commande à passer

checkout-title = Passer la commande
checkout-heading = Où faut-il livrer?
checkout-again = Veuillez vérifier ce qui suit
checkout-stale = Cette page est restée ouverte trop longtemps. Veuillez la vérifier et l’envoyer de nouveau.
checkout-quick = C’était très rapide. Veuillez vérifier le formulaire et l’envoyer de nouveau.
checkout-changed = Le résumé de votre commande a changé depuis que vous l’avez vu : un prix, le taux de change, une règle ou votre panier. Rien n’a été commandé. Veuillez le vérifier de nouveau.
checkout-lower = Réduire la quantité : { $name }
checkout-lowered = La quantité de votre commande est maintenant réduite. Veuillez la vérifier et l’envoyer de nouveau.
checkout-chosen = Voici le total dans la monnaie que vous avez choisie. Veuillez le vérifier et envoyer le formulaire de nouveau.
checkout-not-converted = Les prix ne peuvent pas être convertis pour le moment. Rien n’a été commandé et votre panier reste tel quel. Veuillez réessayer plus tard.
checkout-waits =
    { $minutes ->
        [one] Beaucoup de commandes arrivent en ce moment. Rien de ce que vous avez saisi n’est perdu : veuillez l’envoyer de nouveau dans une minute.
       *[other] Beaucoup de commandes arrivent en ce moment. Rien de ce que vous avez saisi n’est perdu : veuillez l’envoyer de nouveau dans environ { $minutes } minutes.
    }
queue = Un instant, s’il vous plaît
queue-what =
    { $minutes ->
        [one] Beaucoup de commandes arrivent en ce moment. Ce sera votre tour d’ici une minute. Cette page continue d’elle-même, et votre panier est conservé.
       *[other] Beaucoup de commandes arrivent en ce moment. Ce sera votre tour dans environ { $minutes } minutes. Cette page continue d’elle-même, et votre panier est conservé.
    }
queue-look = Vérifier maintenant
checkout-sealing = Ce que vous saisissez ici est chiffré avec la clé du vendeur avant d’être enregistré. Ce serveur ne peut plus le lire ensuite sans votre code de commande.
ship-to = Livrer à
recipient = Destinataire
street = Rue et numéro
postcode = Code postal
city = Ville
province = Province, État ou région
country = Pays
sealed-instead = Ou collez une adresse que vous avez chiffrée vous-même
sealed = Adresse, chiffrée avec la clé du vendeur
sealed-hint = Chiffrez votre adresse avec notre clé, collez ici le bloc PGP MESSAGE au complet et laissez vides les champs de l’adresse.
contact = Contact
contact-yes = Le vendeur peut m’écrire par courriel au sujet de cette commande
email = Courriel
email-hint = Vous pouvez toujours consulter votre commande ici. Si vous cochez la case ci-dessus et donnez un courriel, le vendeur vous répond personnellement, par un service de courriel anonyme. Si vous ne cochez pas la case, votre courriel n’est pas conservé.
note = Note au vendeur
place-order = Passer la commande
place-order-hint = La page suivante vous montre comment payer.
change-cart = Modifier le panier
field-missing = Veuillez remplir ce champ.
field-long = Veuillez utiliser au plus { $most } caractères.
field-no-email = Vous avez demandé qu’on vous écrive : veuillez entrer un courriel ou décocher la case.
field-not-an-email = Veuillez entrer une adresse courriel complète, comme nom@example.org.
field-not-armored = Ce n’est pas un message chiffré. Collez le bloc PGP MESSAGE au complet, ou laissez ce champ vide et remplissez l’adresse.
field-not-for-seller = Ce message n’est pas chiffré avec la clé du vendeur. Chiffrez-le avec la clé qui se trouve à l’adresse /pgp.txt, ou laissez ce champ vide et remplissez l’adresse.
field-country = Ce pays n’est pas dans notre liste. Veuillez vérifier l’orthographe.
field-country-meant = Ce pays n’est pas dans notre liste. Vouliez-vous dire { $country }?
field-postcode = Pour ce pays ({ $country }), un code postal s’écrit ainsi : { $example }.
field-postcode-elsewhere = Ce code postal n’est pas dans cette région : { $region }.
address-sure = L’adresse est exacte telle que je l’ai saisie
field-twice = Veuillez entrer l’adresse soit chiffrée, soit dans le formulaire, mais pas les deux.

## Le code de commande

order-heading = Commande { $order }
fresh-heading = Merci. Gardez ce code.
fresh-sent-before = Vous avez déjà passé cette commande, même si notre réponse ne vous est peut-être pas parvenue. Rien n’a été commandé deux fois. Si vous avez changé le panier ou le formulaire depuis, la commande n’en tient pas compte : vous pouvez l’annuler sur sa page et commander de nouveau.
fresh-placed = Votre commande { $order } est passée et attend votre paiement. Ce code est la seule façon d’y revenir :
fresh-keep = Notez-le sur papier ou gardez-le dans un gestionnaire de mots de passe. Il n’est affiché qu’une seule fois : nous ne l’avons pas et ne pouvons pas le renvoyer. Quiconque a ce code peut lire votre commande.
fresh-kept = Je l’ai noté : montrez-moi comment payer
enter-unknown = Aucune commande trouvée pour ce code
enter-unknown-why = Veuillez le comparer caractère par caractère. S’il est exact, la commande a été supprimée : son temps était écoulé, ou quelqu’un qui a ce code l’a fait oublier à la boutique. Si cela vous étonne, écrivez au vendeur.
enter-length = Vous avez saisi { $count } caractères; un code de commande en a 28.
enter-mistyped = Ce n’est pas un code de commande valide : un caractère est faux ou manque. Veuillez le comparer caractère par caractère.
order-code = Code de commande
order-code-hint = 28 lettres et chiffres, comme { $example }. Les majuscules et les tirets n’ont pas d’importance.
enter-show = Voir ma commande
enter-another = Ouvrir une autre commande
enter-where = Le code vous a été montré quand vous avez commandé. La boutique ne l’a pas et ne peut pas le renvoyer.

## La commande

order-state = État
confirmations = Confirmations
confirmations-of = { $have } sur { $needs }
payment = Paiement
how-to-pay = Comment payer
qr-alt = Code QR avec le montant et l’adresse de paiement
qr-alt-address = Code QR avec l’adresse de paiement
send-exactly = Envoyez exactement
to-address = À cette adresse { $asset }
before = Payez avant le
do-not-round = C’est légèrement plus que le total : les derniers chiffres identifient votre commande. Veuillez ne pas arrondir.
do-not-round-rest = C’est légèrement plus que ce qui manque : les derniers chiffres identifient votre commande. Veuillez ne pas arrondir.
pay-mainnet = Payez uniquement sur le réseau principal d’Ethereum. Les frais de réseau sont en sus : c’est exactement ce montant qui doit arriver.
pay-chain = Payez uniquement sur le réseau dont l’identifiant de chaîne est { $id }. Les frais de réseau sont en sus : c’est exactement ce montant qui doit arriver.
pay-fee = Les frais de réseau sont en sus : c’est exactement ce montant qui doit arriver.
pay-token-mainnet = Envoyez { $token } sur le réseau principal d’Ethereum, et sur aucun autre réseau. Un autre jeton ne compte pas, même s’il a la même valeur. Les frais de réseau sont en sus : c’est exactement ce montant qui doit arriver.
pay-token-chain = Envoyez { $token } sur le réseau dont l’identifiant de chaîne est { $id }, et sur aucun autre réseau. Un autre jeton ne compte pas, même s’il a la même valeur. Les frais de réseau sont en sus : c’est exactement ce montant qui doit arriver.
pay-about = Les frais sont habituellement d’environ { $fee }.
pay-about-token = Les frais sont habituellement d’environ { $fee } : votre portefeuille doit contenir un peu de { $coin } pour les payer.
pay-link = Ouvrir dans un portefeuille
pay-link-hint = Certains portefeuilles ne lisent pas ce lien. Comparez l’adresse et le montant dans votre portefeuille avant d’envoyer.
demo-how = Ceci est une démo : simulez le paiement dans un terminal avec
check-now = Vérifier maintenant
reload-stop = Arrêter l’actualisation automatique
reload-start = Actualiser cette page automatiquement
claim-heading = Payé, mais rien ne s’affiche ici?
transaction-id = Identifiant de transaction
look-up = Rechercher
receipt = Reçu
close-order = Masquer sur cet appareil
close-order-hint = Masquer ne change rien à votre commande. Votre code l’ouvre de nouveau.
claim-not-an-id = Ce n’est pas un identifiant de transaction. Votre portefeuille l’affiche dans les détails du paiement.
claim-known = Nous avons déjà cet identifiant de transaction.
claim-too-many = Vous avez saisi trop d’identifiants de transaction. Veuillez écrire au vendeur.
claim-pending = Nous le recherchons. Veuillez vérifier de nouveau dans une minute.
claim-found = Trouvé : il compte pour cette commande.
claim-not-found = Introuvable dans la chaîne de blocs, du moins pour l’instant. Vous pouvez réessayer plus tard.
claim-not-ours = Il paie quelqu’un d’autre.
claim-other-asset = Il paie à l’adresse de cette commande, mais pas dans l’actif demandé. Le vendeur peut le voir et vous le rendre.
claim-failed = La transaction a échoué dans la chaîne de blocs.
claim-counted = Il compte pour une autre commande.
claim-too-old = Il est plus ancien que cette commande.
claim-review = Le paiement est arrivé, mais son montant ne correspond pas à cette commande. Nous avons demandé au vendeur de le vérifier; vous n’avez rien à faire.
claim-accepted = Le vendeur l’a accepté. Il comptera dès que nous l’aurons recherché de nouveau.
claim-of-others = Ses derniers chiffres (de la 5e à la 8e décimale) ne correspondent pas à cette commande : il a été envoyé pour autre chose. S’il est tout de même de vous, veuillez écrire au vendeur en donnant cet identifiant de transaction.
claim-unanswered = Nous n’avons pas pu le rechercher : aucune de nos sources n’a répondu. Veuillez réessayer plus tard.
claim-rejected = Le vendeur l’a vérifié : il n’est pas pour cette commande. Si vous pensez le contraire, veuillez écrire au vendeur.

state-awaiting = En attente de votre paiement
state-awaiting-what = Nous ne l’avons pas encore vu. Après l’envoi, il peut mettre quelques minutes à apparaître ici.
unseen-order = La boutique ne peut pas voir les paiements en { $asset } en ce moment. La dernière fois, c’était le { $since }. Ce que vous avez envoyé n’est pas perdu : la boutique le trouvera dès qu’elle verra de nouveau les paiements, et c’est le moment de l’envoi qui compte. Ne payez pas deux fois.
unseen-checkout = La boutique ne peut pas voir les paiements en { $asset } en ce moment. La dernière fois, c’était le { $since }. Vous pouvez commander et payer : votre paiement sera trouvé dès qu’elle verra de nouveau les paiements, mais l’envoi pourrait tarder.
state-seen = Nous avons vu votre paiement
state-seen-what = { $paid } est en route. Ce n’est pas encore dans un bloc de la chaîne de blocs.
state-confirming = Votre paiement est en cours de confirmation
state-confirming-what =
    { $have ->
        [one] Reçu : { $paid }. Il y a { $have } confirmation sur les { $needs } nécessaires; vous n’avez pas à attendre ici.
       *[other] Reçu : { $paid }. Il y a { $have } confirmations sur les { $needs } nécessaires; vous n’avez pas à attendre ici.
    }
state-short = Il manque une partie de votre paiement
state-short-what = Reçu : { $paid }. Il manque { $missing }. Veuillez envoyer le reste.
state-short-fee = Si vous avez payé depuis une plateforme d’échange, elle a sans doute retenu ses frais : c’est le montant complet qui doit arriver.
state-short-ended = Paiement incomplet à la fin de l’offre
state-short-ended-what = Reçu : { $paid }. Il manquait { $missing }, et l’offre a pris fin : { $until }. N’envoyez pas le reste. Ce que vous avez envoyé à temps sera tout de même trouvé.
state-short-ended-refund = La commande est sur la liste des remboursements du vendeur, ou le sera bientôt : veuillez entrer votre adresse de remboursement ci-dessous.
state-settled = Payé. Merci!
state-settled-what = Le vendeur a tout ce qu’il faut pour expédier votre commande.
state-settled-digital = Votre achat se trouve sur cette page.
state-settled-waits = Votre achat apparaîtra sur cette page dès que le vendeur aura vérifié le paiement.
state-over = Vous avez trop payé
state-over-what = Reçu en trop : { $over }. Le vendeur le sait; veuillez entrer ci-dessous votre adresse de remboursement pour la différence.
state-difference-back = La différence a été remboursée.
state-other-money = { $paid } sont arrivés à l’adresse de cette commande. La commande demande { $asset } : cela ne compte donc pas comme un paiement.
state-other-money-refund = La commande est sur la liste des remboursements du vendeur, ou le sera bientôt : veuillez entrer votre adresse de remboursement ci-dessous.
state-other-money-back = Ce qui est arrivé dans une autre monnaie a été remboursé.
state-expired = Cette offre est terminée
state-expired-what = Aucun paiement n’a été vu avant le { $until }. Ne payez plus : passez plutôt une nouvelle commande. Si vous avez payé à temps, votre paiement sera tout de même trouvé.
state-review = Le vendeur vérifie votre paiement
state-review-what = Le montant du paiement que vous avez saisi ne correspond pas à cette commande; nous avons donc demandé au vendeur si ce paiement est le vôtre. D’ici là, ne payez pas une deuxième fois : la réponse paraîtra sur cette page.
state-late = Payé après la fin de l’offre
state-late-what = Reçu : { $paid }, mais seulement après le { $until }. Le vendeur décide d’expédier votre commande ou de vous rembourser.
state-reversed = Votre paiement a été annulé
state-reversed-what = { $lost } était arrivé et n’y est plus : la chaîne de blocs a été réorganisée, ou l’argent a été dépensé deux fois. Si le paiement revient, il compte de nouveau. Sinon, écrivez au vendeur.
state-checked = Votre paiement est en cours de vérification
state-checked-what = Le réseau ne s’est pas encore entendu sur le bloc qui contient votre paiement. Rien n’est perdu et vous n’avez rien à faire : rien n’est remis avant que ce soit certain, et cette page indiquera la suite.
state-demo = Cette commande vient d’une démonstration
state-demo-what = Elle a été passée avant l’ouverture de la boutique : son paiement a été simulé et rien ne sera envoyé. N’envoyez pas d’argent. Votre code ouvre cette page tant que la commande est conservée.
state-away = Ne payez pas maintenant
state-away-what = La boutique ne surveille pas les paiements en ce moment. Votre commande est conservée, et tout ce que vous avez payé sera trouvé quand la surveillance reprendra. Veuillez revenir plus tard ou écrire au vendeur.

## La page de commande : son parcours, ses articles, sa fin

timeline = Suivi de la commande
step-is-done = fait
step-is-now = maintenant
step-is-next = à venir
step-placed = Commande passée
step-cancelled = Annulée par vous
step-ended = Offre terminée
step-seen = Paiement vu
step-short = Paiement partiel
step-gone = Articles épuisés
step-confirming = Confirmations
step-paid = Paiement complet
step-reversed = Paiement annulé
step-sent = Expédiée
step-delivered = Livrée
step-refunded = Remboursée
step-difference = Différence remboursée

goods-aside = Vos articles sont réservés jusqu’à ce moment : { $until }. Ensuite, d’autres peuvent les acheter avant que vous payiez.
goods-open = Rien n’est réservé tant que vous n’avez pas payé : d’autres peuvent acheter vos articles avant vous.
state-gone = Ne payez pas : articles épuisés
state-gone-what = D’autres ont payé les derniers articles avant vous. Vous n’avez rien perdu; veuillez annuler cette commande. S’il en revient pendant qu’elle est ouverte, cette page indiquera de nouveau comment payer.
state-gone-rest = N’envoyez pas le reste : articles épuisés
state-gone-rest-what = Reçu : { $paid }. Mais d’autres avaient déjà payé les derniers articles. Veuillez entrer votre adresse de remboursement ci-dessous, et écrire au vendeur.
state-missed-soon = D’autres ont payé les derniers articles avant vous. Une fois votre paiement confirmé, la commande passe sur la liste des remboursements du vendeur.
state-missed = Payé, mais articles épuisés
state-missed-what = D’autres ont payé les derniers articles avant vous. La commande est sur la liste des remboursements du vendeur : veuillez entrer votre adresse de remboursement ci-dessous. Si des articles reviennent avant le remboursement, ils sont gardés pour vous.
state-refunded = Commande remboursée
state-refunded-what = Le vendeur a marqué cette commande comme remboursée. Si rien n’arrive, écrivez au vendeur.
state-sent = Commande expédiée
state-sent-what = Le vendeur indique que votre commande est en route.
state-delivered = Commande livrée
state-delivered-what = Le vendeur indique que votre commande est arrivée.
state-cancelled = Vous avez annulé cette commande
state-cancelled-what = Ne la payez plus. L’argent qui arriverait tout de même compte comme tardif : il sera trouvé, et le vendeur décide d’expédier votre commande ou de vous rembourser.
state-late-cancelled = Payé après votre annulation
state-late-cancelled-what = Reçu : { $paid }, bien que vous ayez annulé la commande. Le vendeur décide de l’expédier ou de vous rembourser.

said-heading = Messages du vendeur
said-note = Message
said-closed = Il y a ici un message que votre code n’ouvre pas. Veuillez écrire au vendeur.

digital-heading = Votre achat
digital-soon = Votre achat apparaîtra ici dès que votre paiement sera confirmé.
digital-waits = Votre paiement est confirmé. Le vendeur a été prévenu et le vérifiera encore une fois avant de remettre votre achat. Veuillez revenir plus tard; votre code de commande ouvre cette page.
digital-late = Votre paiement est arrivé en retard. Votre achat apparaîtra ici si le vendeur décide de le remettre.
digital-reversed = Fermé : votre paiement a été annulé. L’accès se rouvre si le paiement revient.
digital-checked = Fermé pour l’instant : votre paiement est en cours de vérification. L’accès s’ouvrira ensuite.
digital-refunded = Fermé : vous avez été remboursé.
digital-begin = Télécharger
digital-begin-named = Télécharger { $name }
digital-again = Télécharger de nouveau
digital-again-named = Télécharger de nouveau { $name }
digital-left =
    { $left ->
        [one] Vous pouvez le télécharger une fois, jusqu’au { $closes }.
       *[other] Vous pouvez le télécharger { $left } fois, jusqu’au { $closes }.
    }
digital-open = Commencé. Jusqu’au { $until }, vous pouvez le télécharger de nouveau ou le reprendre; cela ne compte qu’une fois.
digital-used-up = Vous avez utilisé tous vos téléchargements. S’il vous le faut encore, veuillez écrire au vendeur.
digital-closed = Le délai pour le télécharger a pris fin le { $since }. S’il vous le faut, veuillez écrire au vendeur.
digital-gone = Le fichier n’est pas disponible pour le moment. Rien n’a été compté; veuillez écrire au vendeur.
digital-owed = Le vendeur doit d’abord ajouter des codes; il a été prévenu. Ils apparaîtront ici.
size-kilo = { $whole } ko
size-mega = { $whole },{ $tenth } Mo

refund-heading = Votre adresse de remboursement
refund-name = Entrer une adresse de remboursement
refund-other = Utiliser une autre adresse
refund-label = Votre adresse { $asset }
refund-hint = Utilisez une adresse de votre propre portefeuille. Elle est chiffrée pour le vendeur et pour votre code de commande.
refund-keep = Enregistrer cette adresse
refund-kept = Le vendeur a cette adresse :
refund-noted = Enregistrée. Le vendeur a été prévenu.
refund-compare = Enregistrée. Le vendeur a été prévenu. Rien dans cette adresse n’a pu être vérifié : veuillez la comparer caractère par caractère.
refund-not-an-address = Ce n’est pas une adresse { $asset } valide. Votre portefeuille en affiche une sous « Recevoir ».
refund-checksum = Les majuscules de cette adresse { $asset } sont sa somme de contrôle, et elles ne concordent pas : un caractère a changé en chemin. Veuillez la copier de nouveau.
refund-nobody = Personne ne possède cette adresse { $asset } : tout ce qui y est envoyé est perdu.
refund-ours = C’est l’adresse à laquelle vous payez. Veuillez entrer une adresse à vous.
refund-too-often = L’adresse a été changée trop souvent. Veuillez écrire au vendeur.

cancel-order = Annuler cette commande
cancel-heading = Annuler la commande { $order }?
cancel-what = L’offre prend fin aussitôt, ce qui vous était réservé redevient disponible, et le vendeur est prévenu. Votre code ouvre encore la commande jusqu’à ce que son temps soit écoulé.
cancel-late = Si vous avez déjà envoyé le paiement, n’annulez pas. L’argent qui arrive ensuite compte comme tardif : il sera trouvé, et le vendeur décide d’expédier votre commande ou de vous rembourser.
cancel-do = Annuler la commande
cancel-money-seen = Un paiement a été vu pour cette commande; vous ne pouvez donc plus l’annuler ici. Veuillez écrire au vendeur.
cancel-ended = L’offre est déjà terminée. Il n’y a plus rien à annuler.

forget-order = Oublier cette commande
forget-heading = Oublier la commande { $order }?
forget-destroys = Ceci supprime ce que le serveur conserve : la commande chiffrée, l’état de son paiement et ce que le vendeur en a dit. Ensuite, votre code n’ouvre plus rien. C’est irréversible.
forget-remains = Ce qui reste : les courriels chiffrés dans la boîte du vendeur, que lui seul peut lire; le paiement dans la chaîne de blocs, que tout le monde peut voir; et ici, le fait que l’adresse de paiement a servi et, pour un temps, l’identifiant du paiement, afin qu’il ne compte pas deux fois.
forget-receipt = Sans cet enregistrement, personne ne peut retrouver ce qui a été payé. Si vous pourriez avoir besoin du reçu, enregistrez-le d’abord.
forget-digital = Votre achat disparaît avec cette page : téléchargez-le et notez d’abord vos codes.
forget-gives-up = Le vendeur a encore de l’argent à vous : plus que le montant dû, ou de l’argent arrivé en retard, pour lequel rien n’a été envoyé. Sans l’enregistrement, vous ne pouvez pas prouver qu’il est à vous.
forget-do = Supprimer l’enregistrement
forget-payable = Pas encore : la commande peut toujours être payée. Annulez-la d’abord.
forget-unsettled = Pas encore : son paiement n’est pas réglé. De l’argent est en route, il en manque, ou le paiement a été annulé.
forget-owed = Pas encore : le vendeur vous doit de l’argent et ne l’a pas remboursé.
forget-undelivered = Pas encore : un courriel à son sujet est toujours en route vers la boîte du vendeur. Veuillez réessayer dans une minute.
forgotten-heading = Cette commande est oubliée
forgotten-what = Ce serveur a supprimé son enregistrement, et ce navigateur ne peut plus l’ouvrir. Il ne nous appartient pas de supprimer les courriels du vendeur ni le paiement dans la chaîne de blocs.

receipt-paid = Payée dans le bloc { $block }, { $when }.
receipt-refunded = Le vendeur a marqué la commande comme remboursée.
receipt-refund-to = Adresse de remboursement
receipt-codes = Codes : { $name }

## Le reçu

receipt-title = Reçu { $order }
receipt-heading = Reçu de la commande { $order }
receipt-at = Reçu de la commande { $order }, { $shop }
receipt-shop = Boutique
receipt-placed = Date de la commande
receipt-item = Article
receipt-sum = Montant
receipt-line = { $each } l’unité, { $total } en tout
receipt-due = Montant dû
receipt-tagged = Le montant dû est légèrement plus élevé que le total : ses derniers chiffres identifient la commande.
receipt-to = Adresse de paiement
receipt-received = Reçu
receipt-sealed = Vous avez entré une adresse chiffrée; seul le vendeur peut la lire.
receipt-billed = Facturé pour
receipt-no-email = Aucun courriel donné.
receipt-note = Votre note
receipt-seller = Vendeur
receipt-keep = Veuillez garder ceci dans vos dossiers.
receipt-print = Imprimez cette page avec votre navigateur ou téléchargez-la en texte.
receipt-download = Télécharger en texte
receipt-back = Retour à la commande

## The letter the seller relays to the buyer

relay-subject = Votre commande { $order }, { $shop }
relay-thanks = Merci de votre commande { $order }, { $shop }.
relay-handed-out = Vos téléchargements seront sur la page de votre commande dès que votre paiement sera confirmé.
relay-until = Veuillez payer avant le
relay-paid = Si vous avez déjà payé, vous n’avez plus rien à faire.
relay-code = Vous pouvez toujours lire votre commande avec votre code de commande : ouvrez la boutique, choisissez « Votre commande » et saisissez le code. Nous n’avons pas le code; gardez-le en lieu sûr.

## Le dépôt fiduciaire : le choix à la caisse

escrow-choice = Comment voulez-vous payer?
escrow-direct = Payer directement
escrow-direct-what = Votre paiement va directement au portefeuille du vendeur, sans frais supplémentaires. Si rien n’arrive, seul le vendeur peut vous rendre l’argent.
escrow-into = Payer par dépôt fiduciaire
escrow-into-what =
    { $days ->
        [one] Votre paiement attend dans un contrat de la chaîne de blocs jusqu’à ce que des services indépendants signalent la livraison de votre colis. Vous avez ensuite { $days } jour pour vous opposer avant que le vendeur soit payé. Si aucune livraison n’est signalée, l’argent vous revient.
       *[other] Votre paiement attend dans un contrat de la chaîne de blocs jusqu’à ce que des services indépendants signalent la livraison de votre colis. Vous avez ensuite { $days } jours pour vous opposer avant que le vendeur soit payé. Si aucune livraison n’est signalée, l’argent vous revient.
    }
escrow-into-cost = Vous payez les frais de réseau habituels, et rien d’autre maintenant. Quiconque déclenche un versement échu en reçoit { $tip }.
escrow-into-free = Vous payez les frais de réseau habituels, et rien d’autre.
escrow-into-arbiter = En cas de litige, un arbitre partage l’argent et garde { $fee } du prix.
escrow-into-longest =
    { $days ->
        [one] Votre argent est retenu { $days } jour au plus.
       *[other] Votre argent est retenu { $days } jours au plus.
    }
escrow-unaudited = Personne en dehors du projet n’a vérifié le contrat.
escrow-refund-label = Votre adresse { $asset } pour les remboursements
escrow-refund-hint = Utilisez une adresse de votre propre portefeuille, pas celle d’une plateforme d’échange : une plateforme peut ne pas créditer l’argent qu’un contrat renvoie. Cette adresse ne peut plus être changée ensuite, et tout le monde peut la voir dans la chaîne de blocs dès que le vendeur a expédié ou que le dépôt est terminé.
escrow-release = Voulez-vous pouvoir payer le vendeur plus tôt?
escrow-release-none = Non, le vendeur est payé après la livraison (rien à faire)
escrow-release-secret = Oui, avec un secret de déblocage
escrow-release-wallet = Oui, avec une clé de mon portefeuille
escrow-secret-how = Créez le secret sur votre propre ordinateur. Dans un terminal, sur Tails aussi, tapez ces deux lignes. La première affiche le secret : gardez-le. La deuxième affiche son empreinte : collez-la ici.
escrow-secret-who = Ne laissez jamais un site créer le secret pour vous : quiconque le connaît peut payer le vendeur aussitôt.
escrow-secret-label = Empreinte de votre secret de déblocage (64 chiffres)
escrow-wallet-how = Une adresse de votre portefeuille qui peut signer des messages. Sa clé peut payer le vendeur aussitôt, et s’opposer à une livraison.
escrow-wallet-label = Adresse de la clé
escrow-gone = Le dépôt fiduciaire n’est plus offert pour cette commande. Veuillez vérifier comment vous voulez payer.
escrow-sealed = Le dépôt fiduciaire lie le colis à votre pays et à votre code postal. Veuillez remplir l’adresse, ou payer directement.
escrow-not-a-hash = Ce n’est pas une empreinte : collez les 64 chiffres (0 à 9 et a à f) que la deuxième ligne affiche. Si c’était le secret lui-même, créez-en un nouveau.
escrow-hash-of-nothing = C’est l’empreinte d’un texte vide : n’importe qui pourrait débloquer votre argent. Veuillez taper les deux lignes dans le même terminal.
escrow-address-ours = Cette adresse est celle de la boutique, de son arbitre ou de ses attestateurs. Veuillez entrer une adresse à vous.

## Le dépôt fiduciaire : le relevé

statement-title = Relevé du dépôt, commande { $order }
statement-heading = Avant de payer : gardez le relevé du dépôt
statement-what = Votre paiement va à une adresse qu’un contrat contrôle, pas au vendeur. Ce relevé contient tout ce qui a été convenu. Il permet de vérifier l’adresse, et l’argent trouve son chemin même si cette boutique disparaît.
statement-rules = Qui reçoit l’argent, et quand
statement-keep-heading = Le relevé
statement-keep = Enregistrez-le hors de ce navigateur, avec votre code de commande.
statement-public = La partie 1 peut être montrée à quiconque la vérifie.
statement-private = La partie 2 dit ce que vous avez commandé et où cela va. Elle est destinée au seul arbitre d’un litige.
statement-proof = Votre preuve pour l’arbitre : elle montre que vous êtes l’acheteur. Le fichier la contient sous le relevé. Ne la donnez à personne d’autre : quiconque l’a peut écrire à l’arbitre en votre nom.
statement-download = Télécharger en texte
statement-qr = Afficher le code QR
statement-qr-alt = Code QR avec la partie 1 du relevé du dépôt
statement-check = Vérifiez-le avant de payer
statement-check-why = Si quelqu’un a pris le contrôle de cette boutique, il peut vous montrer une fausse adresse. Votre propre ordinateur le voit, de même que ceux qui exploitent les attestateurs et l’arbitre.
statement-check-own = Sur votre propre ordinateur, même sans réseau :
statement-check-elsewhere = Ou collez la partie 1 dans l’une de ces pages, avec le navigateur Tor :
statement-check-compare = Chacune calcule l’adresse à partir des conditions et dit ce qui est inhabituel. Ne payez que si c’est l’adresse que montre la page suivante.
statement-attestor = Attestateur : { $name }
statement-arbiter = Arbitre : { $name }
statement-know = Ce qu’il faut savoir
statement-know-address = Qui paie à une adresse non vérifiée peut perdre l’argent.
statement-know-goods = Une livraison signalée prouve qu’un colis est arrivé, pas que le bon article s’y trouve. Regardez dedans, et opposez-vous à temps.
statement-know-attestors = Les attestateurs apprennent le numéro du colis et, par le transporteur, le secteur où il va. La boutique ne leur dit pas qui vous êtes ni ce que vous avez commandé.
statement-know-chain = Tout le monde peut voir dans la chaîne de blocs combien a été payé et quand, puis, dès que le vendeur a expédié ou que le dépôt est terminé, votre adresse de remboursement, celle du vendeur et toutes les dates. Qui vous êtes, où vous habitez et ce que vous avez commandé n’y figure pas.
statement-tick = J’ai gardé le relevé
statement-go = Montrez-moi comment payer
statement-not-ticked = Veuillez d’abord garder le relevé, puis cocher la case.
statement-open = Relevé du dépôt
statement-first = L’adresse de paiement apparaît une fois que vous avez gardé le relevé du dépôt.

rule-unshipped = Si le vendeur n’expédie rien avant le { $until }
rule-unshipped-then = Tout votre argent revient à votre adresse de remboursement.
rule-delivered = Si votre colis est livré
rule-delivered-then =
    { $days ->
        [one] Il faut que { $threshold } attestateurs sur { $attestors } le signalent. Vous avez ensuite { $days } jour pour regarder dedans et vous opposer. Si personne ne s’oppose, le vendeur reçoit { $price }.
       *[other] Il faut que { $threshold } attestateurs sur { $attestors } le signalent. Vous avez ensuite { $days } jours pour regarder dedans et vous opposer. Si personne ne s’oppose, le vendeur reçoit { $price }.
    }
rule-match = Quel colis compte
rule-match-any = Un colis pour n’importe quelle adresse.
rule-match-country = Un colis pour le pays de votre commande.
rule-match-area = Un colis pour le secteur postal de votre commande.
rule-match-code = Seulement un colis pour le code postal de votre commande.
rule-match-reference = Seulement un colis qui porte la référence de votre commande.
rule-match-none = Aucun : ces conditions demandent ce qu’aucun attestateur ne peut signaler. Ne payez pas.
rule-signed = Qui doit l’avoir reçu
rule-signed-then = Quelqu’un doit avoir signé à la réception du colis. Sans signature, aucune livraison n’est signalée.
rule-undelivered = Si aucune livraison n’est signalée avant le { $until }
rule-undelivered-then = Tout votre argent revient à votre adresse de remboursement. Les attestateurs peuvent repousser cette date une fois, de 60 jours au plus : lors d’une grève, par exemple.
rule-returned = Si le colis retourne au vendeur
rule-returned-then = Un retour n’est jamais signalé comme une livraison. Le vendeur peut vous rembourser aussitôt. Sinon, l’argent vous revient après cette date : { $until }.
rule-attestors = Si les attestateurs disparaissent
rule-attestors-then = Alors aucune livraison n’est signalée : l’argent vous revient après cette date : { $until }, sauf si le vendeur saisit l’arbitre avant.
rule-objection = Si vous vous opposez
rule-objection-then =
    { $days ->
        [one] L’arbitre a { $days } jour pour partager l’argent entre vous et le vendeur, et garde pour cela { $fee } du prix.
       *[other] L’arbitre a { $days } jours pour partager l’argent entre vous et le vendeur, et garde pour cela { $fee } du prix.
    }
rule-silent = Si l’arbitre ne dit rien
rule-silent-then = Si une livraison a été signalée, le vendeur est payé. Sinon, tout votre argent vous revient.
rule-no-arbiter = Si quelque chose ne va pas avec le colis
rule-no-arbiter-then = Ce dépôt n’a pas d’arbitre : personne ne peut s’opposer, et le vendeur est payé dès qu’une livraison est signalée et que le délai est passé. Seul le vendeur peut vous rembourser.
rule-release = Si vous voulez payer le vendeur plus tôt
rule-release-secret = Entrez votre secret de déblocage sur la page de votre commande. Le vendeur est alors payé aussitôt, et vous ne pouvez plus vous opposer. Quiconque connaît le secret peut faire de même.
rule-release-wallet = Signez le texte affiché sur la page de votre commande avec la clé que vous avez indiquée. Le vendeur est alors payé aussitôt, et vous ne pouvez plus vous opposer. Quiconque a la clé peut faire de même.
rule-release-none = Vous n’avez choisi ni secret ni clé : personne ne peut payer le vendeur plus tôt.
rule-back = Si le vendeur veut vous rembourser
rule-back-then = Le vendeur peut renvoyer tout votre argent jusqu’à la fin du dépôt, et ne peut rien en prendre.
rule-little = S’il arrive trop peu
rule-little-then = Le vendeur ne peut pas expédier. Envoyez le reste à temps, sinon tout vous revient après cette date : { $until }.
rule-much = S’il arrive trop
rule-much-then = Ce qui dépasse le prix revient à votre adresse de remboursement à la fin du dépôt.
rule-late = Si votre paiement arrive en retard
rule-late-then = Le vendeur peut encore expédier jusqu’au { $until }. L’argent qui arrive après la fin du dépôt ne peut aller qu’à votre adresse de remboursement.
rule-wrong = Si vous envoyez une autre monnaie, ou sur un autre réseau
rule-wrong-then = Des jetons, ou de l’argent sur un autre réseau du type d’Ethereum, ne peuvent aller qu’à votre adresse de remboursement, et seulement quand quelqu’un envoie la transaction nécessaire. Là où le contrat n’existe pas, ils sont perdus.
rule-reorg = Si la chaîne de blocs annule une étape
rule-reorg-then = Chaque étape porte une mention tant qu’elle n’est pas définitive. Celle qui disparaît avant est d’ordinaire envoyée de nouveau; sinon, l’étape précédente compte. Aucune date ne change, et la page de votre commande montre ce que la chaîne de blocs contient maintenant.
rule-idle = Si personne ne fait rien du tout
rule-idle-then = L’argent attend que quelqu’un envoie la transaction échue. N’importe qui le peut, et en reçoit { $tip } : les attestateurs y veillent. L’attente ne déplace aucune date.
rule-idle-free = L’argent attend que quelqu’un envoie la transaction échue. N’importe qui le peut. L’attente ne déplace aucune date.
rule-gone = Si cette boutique disparaît
rule-gone-then = Le contrat n’en a pas besoin. Avec ce relevé et n’importe quel nœud du réseau, vous pouvez faire chaque étape vous-même.
rule-lost = Si vous perdez le relevé
rule-lost-then = La page de votre commande l’affiche tant que la commande est conservée, et le vendeur en a une copie. Sans aucune copie, personne ne peut déplacer l’argent.
rule-longest = Au plus tard
rule-longest-then = À cette date, tous les délais sont passés et l’argent peut aller à vous ou au vendeur : { $until }.

## Le dépôt fiduciaire : la page de la commande

escrow = Dépôt fiduciaire
pay-escrow = Cette adresse n’appartient qu’au dépôt de cette commande. Comparez-la avec celle que montre votre vérification du relevé.
state-escrow-funded = Payé en dépôt
state-escrow-funded-what = Votre paiement attend dans le contrat. Le vendeur peut expédier jusqu’au { $until }.
state-escrow-unshipped = Rien n’a été expédié à temps
state-escrow-unshipped-what = Le vendeur n’a rien expédié avant le { $until }. Votre argent peut maintenant revenir à votre adresse de remboursement.
state-escrow-shipped = Commande expédiée
state-escrow-shipped-what = Le vendeur a désigné un colis pour cette commande dans la chaîne de blocs et ne peut plus le remplacer. Les attestateurs interrogent le transporteur à son sujet.
state-escrow-undelivered = Aucune livraison signalée à temps
state-escrow-undelivered-what = Le délai a pris fin : { $until }. Votre argent peut maintenant revenir à votre adresse de remboursement.
state-escrow-delivered = Livraison signalée
state-escrow-delivered-what = Regardez maintenant dans le colis. Vous pouvez vous opposer jusqu’au { $until }.
state-escrow-delivered-final = Regardez maintenant dans le colis. Ce dépôt n’a pas d’arbitre : le vendeur est payé après le { $until }.
state-escrow-payable = Le délai d’opposition est passé
state-escrow-payable-what = Il a pris fin : { $until }. Le vendeur peut maintenant être payé.
state-escrow-disputed = En litige
state-escrow-disputed-what = L’arbitre peut partager l’argent jusqu’au { $until }.
state-escrow-silent = L’arbitre n’a rien dit
state-escrow-silent-what = Le délai pour décider a pris fin : { $until }.
state-escrow-released = Le vendeur a été payé
state-escrow-released-what = Le dépôt est terminé.
state-escrow-refunded = Votre argent vous a été rendu
state-escrow-refunded-what = Il est allé à votre adresse de remboursement.
state-escrow-ruled = L’arbitre a décidé
state-escrow-ruled-what = L’argent a été partagé comme indiqué ci-dessous.
state-escrow-shallow = Ce n’est pas encore définitif : il faut encore quelques blocs de la chaîne de blocs.
state-escrow-closed = Ne payez pas : le dépôt est terminé
state-escrow-closed-what = Il a pris fin avant que de l’argent arrive. Passez plutôt une nouvelle commande. L’argent qui arriverait tout de même ne peut aller qu’à votre adresse de remboursement.
state-escrow-over = Reçu en trop : { $over }. Cela revient à votre adresse de remboursement à la fin du dépôt.
state-escrow-short-ended = Ce qui est arrivé revient à votre adresse de remboursement après le { $until }, et le vendeur peut le renvoyer avant.
state-escrow-sold-out = D’autres ont payé les derniers articles avant vous. Le vendeur peut renvoyer votre argent aussitôt; sinon, il revient à votre adresse de remboursement après le { $until }.
state-escrow-late = Reçu après la fin de l’offre : { $paid }. Le vendeur peut encore expédier jusqu’au { $until }; sinon, l’argent revient à votre adresse de remboursement.

step-escrow-funded = Payé en dépôt
step-escrow-shipped = Expédiée
step-escrow-delivered = Livraison signalée
step-escrow-disputed = Opposition
step-escrow-ruled = Décision de l’arbitre
step-escrow-released = Vendeur payé
step-escrow-refunded = Argent rendu
step-escrow-objection = opposition possible jusqu’au { $until }
step-escrow-until = jusqu’au { $until }

next-heading = Si personne ne fait rien
next-unshipped = Si le vendeur n’expédie rien avant le { $until }, votre argent revient à votre adresse de remboursement.
next-undelivered = Si aucune livraison n’est signalée avant le { $until }, votre argent revient à votre adresse de remboursement.
next-delivered = Après le { $until }, le vendeur reçoit { $price }.
next-disputed = Si l’arbitre ne dit rien avant le { $until }, votre argent revient à votre adresse de remboursement.
next-disputed-delivered = Si l’arbitre ne dit rien avant le { $until }, le vendeur est payé, parce qu’une livraison a été signalée.
next-refund-due = Votre argent revient à votre adresse de remboursement dès que quelqu’un envoie la transaction.
next-payout-due = Le vendeur reçoit { $price } dès que quelqu’un envoie la transaction.
next-who = N’importe qui peut l’envoyer, et reçoit { $tip } de l’argent. Les attestateurs y veillent.
next-who-free = N’importe qui peut l’envoyer.

exchange-heading = Une plateforme d’échange l’a envoyé?
exchange-what = Certaines plateformes paient d’une façon que la boutique ne voit pas d’elle-même. Elle demande alors au réseau ce qui se trouve à l’adresse, et ceux à qui elle le demande apprennent que quelqu’un s’y intéresse. Elle le demande au plus six fois par commande, et une fois en dix minutes.
exchange-do = Une plateforme l’a envoyé
exchange-asked = La boutique demande. Veuillez regarder de nouveau dans quelques minutes.

release-heading = Payer le vendeur maintenant
release-what = Personne n’a besoin de le faire : le vendeur est payé après la livraison. C’est irréversible, et vous ne pourrez plus vous opposer.
release-secret = Votre secret de déblocage
release-sign = Signez ce texte avec votre portefeuille, et collez la signature :
release-signature = Signature
release-do = Payer le vendeur
release-wrong-secret = Ce n’est pas le secret dont l’empreinte figure dans le relevé. Veuillez le comparer caractère par caractère.
release-wrong-signature = Ce n’est pas une signature de ce texte par l’adresse qui figure dans le relevé.
release-sent = Envoyé au vendeur, chiffré. Le vendeur est payé dès que son programme l’a transmis à la chaîne de blocs.

object-heading = Quelque chose ne va pas?
object-what = Opposez-vous sur la page de l’arbitre, avec le navigateur Tor, avant le { $until }. Collez-y le fichier du relevé en entier, avec votre preuve (BUYER-…) au-dessous.
object-shipped = Vous pouvez déjà saisir l’arbitre, sur cette page avec le navigateur Tor. Collez-y le fichier du relevé en entier, avec votre preuve (BUYER-…) au-dessous.

went-heading = Où l’argent est allé
went-seller = Au vendeur
went-you = À votre adresse de remboursement
went-arbiter = À l’arbitre
went-keeper = À qui a envoyé la transaction
went-owed = Tout n’a pas pu être versé d’un coup. Le reste attend dans le contrat à qui il appartient, et n’importe qui peut le faire verser.

cancel-escrow = Si vous avez déjà envoyé le paiement, n’annulez pas. L’argent attendrait dans le contrat que le vendeur le renvoie, ou jusqu’au { $until }.
cancel-escrow-money-seen = Un paiement a été vu pour cette commande; vous ne pouvez donc plus l’annuler ici. Le vendeur peut le renvoyer aussitôt; sinon, il revient à votre adresse de remboursement après le { $until }, sauf si le vendeur expédie avant.
forget-escrow = Cette page montre votre relevé du dépôt pour la dernière fois : enregistrez-le d’abord. Le contrat continue sans cette page.
receipt-escrow = Payé en dépôt fiduciaire

## Refus

your-cart = Votre panier
back-to-cart = Retour au panier
back-to-shop = Retour à la boutique
refused-gone = Page introuvable
refused-gone-what = Elle a peut-être changé de nom, ou l’article a été vendu et retiré. Tout ce que nous avons se trouve dans la liste de tous les produits.
refused-unread = Nous n’avons pas pu lire cela
refused-unread-what = Quelque chose dans la demande ne correspondait pas à ce qu’enverrait une page de cette boutique. Veuillez revenir en arrière et réessayer.
refused-expired = Ceci a expiré
refused-expired-what = Nous ne le conservons plus. Veuillez recommencer.
refused-unpaid = En attente d’un paiement
refused-unpaid-what = Ouvrez votre commande pour voir le montant dû.
refused-busy = La boutique est occupée
refused-busy-what = Trop de commandes attendent un paiement en ce moment. Veuillez réessayer dans une heure environ. Votre panier est conservé.
refused-down = Cela ne fonctionne pas en ce moment
refused-down-what = Une partie de la boutique ne répond pas. Rien n’a été perdu et rien n’a été commandé. Veuillez réessayer dans quelques minutes.
refused-closed = Pas de commandes pour l’instant
refused-closed-what = La boutique ne prend pas de commandes en ce moment. Ses prix restent affichés, votre panier est conservé et ce que vous avez déjà commandé est en sûreté. Veuillez réessayer plus tard.
refused-unseen = Pas de commandes dans cette monnaie pour l’instant
refused-unseen-what = Depuis des heures, la boutique ne peut pas voir les paiements dans cette monnaie; elle n’y accepte donc pas de nouvelles commandes. Le vendeur est au courant. Votre panier est conservé, et ce que vous avez déjà payé n’est pas perdu : la boutique le trouvera dès qu’elle verra de nouveau les paiements. Veuillez réessayer plus tard ou choisir une autre monnaie dans le panier, s’il y en a une.
refused-unread-chain = Pas encore de commandes
refused-unread-chain-what = Depuis son ouverture, la boutique n’a pas encore joint le réseau de paiement et ne verrait pas votre paiement. Rien n’a été commandé et votre panier est conservé. Veuillez réessayer dans quelques minutes.
refused-denied = Ce n’est pas permis
refused-denied-what = La demande ne venait pas d’une page de cette boutique : rien n’a donc été fait. Si vous avez envoyé un formulaire ici, veuillez utiliser le navigateur Tor sans modification et réessayer.
refused-bug = Un problème est survenu
refused-bug-what = C’est notre faute, et rien n’a été commandé. Veuillez réessayer plus tard.
refused-method = Vous ne pouvez pas faire cela ici
refused-method-what = La page existe, mais pas pour ce genre de demande. Veuillez revenir en arrière et réessayer.
refused-large = Le formulaire est trop long
refused-large-what = Il est plus long que ce que la boutique accepte. Veuillez revenir en arrière et le raccourcir.
refused-address = Cette adresse Web est trop longue
refused-address-what = Aucune page de cette boutique n’a une adresse aussi longue.
refused-head = Votre navigateur a envoyé trop de choses
refused-head-what = Il y avait plus d’en-têtes que cette boutique n’en accepte. Veuillez utiliser le navigateur Tor sans modification.
refused-stale = Ce formulaire a expiré
refused-stale-what = Il est resté ouvert trop longtemps, ou appartient à un panier ou à une commande qui a été fermé depuis. Rien n’a été fait. Veuillez ouvrir la page de nouveau et refaire ce que vous avez fait.
refused-name = Mauvaise adresse
refused-name-what = Cette demande s’adresse à quelqu’un d’autre.
refused-proxy = Veuillez utiliser le navigateur Tor
refused-proxy-what = Vous êtes passé par un mandataire qui peut lire et modifier tout ce que vous faites ici.
refused-crowding = Veuillez ralentir
refused-crowding-what = Trop de demandes à la fois. Veuillez attendre une minute, puis actualiser la page.
