# Everything the program says to buyers, in English. Letters to sellers are not here: they are always English.
# Each language has the same messages with the same values; a test compares them.

## Amounts and hours

amount = { $whole }.{ $fraction } { $code }
amount-whole = { $whole } { $code }
hour =
    { $day } { $month ->
        [1] January
        [2] February
        [3] March
        [4] April
        [5] May
        [6] June
        [7] July
        [8] August
        [9] September
        [10] October
        [11] November
       *[12] December
    } { $year }, { $hour }:00 UTC
list-separator = { ", " }
line-item = { $count } × { $item }
item-option = { $name }, { $option }
labelled = { $label }: { $value }
optional = { $label } (optional)
if-any = { $label } (if any)
go-on = Continue

## On every page

skip = Skip to content
demo-mark = DEMO
demo-words = This shop is not open yet: payments are simulated. Do not send money.
demo-order = This order is from the demo: its payment was simulated. Do not send money.
nav-shop = Shop
nav-about = About the shop
nav-languages = Language
nav-categories = Categories
nav-where = You are here
nav-pages = Pages
search = Search
search-for = Search for
all-products = All products
cart = Cart
your-order = Your order
pgp-key = Our PGP key
text-mirrors = Our addresses, signed
text-canary = Canary
text-security = Security contact
promise = No account, no scripts, no tracking.
questions = Questions? Write to { $contact }
contact-elsewhere = the address the seller gave you

## Products

board-empty = No products yet. Please check back soon.
list-empty = Nothing here yet. Please check back soon.
ribbon-sold = SOLD OUT
ribbon-new = NEW
few-left = Only a few left
in-stock = In stock
option-sold = sold out
price-from = from { $price }
price-or = or
digital-what = Digital: available on your order page once your payment is confirmed.
digital-too = Some options are digital: available on your order page once your payment is confirmed.
related = Goes well with this
see-all = See all { $count } products
sold-out = Sold out.
product-picture = { $name }, picture { $at } of { $of }
shipping-included = Shipping is included.
adds-shipping = Shipping is added in the cart.
adds-tax = Any tax is added in the cart.
adds-both = Shipping and any tax are added in the cart.
option = Option
quantity = Quantity
add = Add to cart
add-named = Add to cart: { $name }
in-categories = In
next-item = Next item: { $name }
to-first-page = Back to the first page
found =
    { $count ->
        [one] One product
       *[other] { $count } products
    }
found-nothing = No results for “{ $search }”. Try fewer or different words.
narrow = Filter
narrow-none = Clear filters
narrow-price = Price
narrow-price-below = under { $to }
narrow-price-between = { $from } to { $to }
narrow-price-above = { $from } and up
narrowed-to-nothing = No products match all of these filters.
only-in-stock = In stock only
sort-by = Sort
sort-best = Best match
sort-featured = Featured
sort-newest = Newest
sort-price-up = Lowest price
sort-price-down = Highest price
sort-name = Name
page = Page
page-before = Previous
page-after = Next

## The cart

cart-heading = Your cart
cart-empty = Your cart is empty.
cart-look = See what we have
items = Items
price-each = { $price } each
quantity-of = Quantity of { $name }
remove = Remove
remove-named = Remove { $name }
total = Total
pay-with = Pay with
pay-with-other = Show the amount
pay-coin-on = on the { $network } network
pay-token-on = a token on the { $network } network
cart-paid-in = You can pay with { $assets }. The amount is shown at the checkout.
converted-missing = There is no current exchange rate for { $assets }, so you can’t pay with it right now.
cart-terms = No account needed.
cart-update = Update cart
check-out = Check out
continue-shopping = Continue shopping
cart-unknown = This item is no longer in the shop.
cart-sold = { $name } is sold out.
cart-option = Please choose an option for { $name }.
cart-too-many = You can order at most { $most } of { $name } at once.
cart-full = Your cart is full: it holds { $most } different items. Please place this order first.
cart-sum = We couldn’t calculate the total for this cart.
cart-no-price = Some items in your cart have no price in { $currency }.
cart-quantity = Please enter a quantity from 1 to { $most }.
cart-currency = You can’t pay for this cart in that currency. Please choose another one.

## The bill

percent = { $whole }.{ $fraction }%
percent-whole = { $whole }%
bill-goods = Subtotal
bill-discount = Discount
bill-discount-percent = Discount ({ $percent })
bill-shipping-free = Your discount includes free shipping.
bill-shipping = Shipping: { $name }
bill-tax = { $name } ({ $percent })
bill-tax-inside = Includes { $name } ({ $percent })
bill-rounding = Rounded up to 8 decimal places
bill-naming = Added to identify your payment
bill-to-pay = Total to pay
bill-so-far = Total so far
bill-converted = Total in { $asset }
bill-no-exchange = Prices in { $currency } can’t be converted right now, so this cart can’t be ordered. It stays as it is: please try again later.
converted-sources = Converted at 1 { $code } = { $price }, the rate of { $hour } from { $sources }.
converted-by-hand = Converted at 1 { $code } = { $price }, a rate that the seller set. It is of { $hour }.
converted-made-up = Converted at 1 { $code } = { $price }. This rate is made up for the demo.
bill-send-to = Ship to
bill-country = Country
bill-choose = Please choose
bill-ways = Shipping method
bill-code = Discount code
bill-use-code = Apply code
bill-remove-code = Remove discount
bill-wrong-code = That code isn’t valid for this order.
bill-code-no-better = That code wouldn’t lower your total, so it wasn’t applied. Only one discount can be used per order.
bill-code-over = The discount no longer applies to this order and has been removed.
bill-unknown-country = Please choose a country from the list.
bill-unknown-rate = Please choose a shipping method.
bill-say-country = Please choose where to ship it: the total depends on it.
bill-say-country-tax = Please choose your country: the tax depends on it.
bill-say-region = Please choose your province, state or region: the total depends on it.
bill-not-served = We don’t ship this order to { $place }.
bill-no-rate-in = Shipping there can’t be paid in { $currency }. Please choose another currency or destination.
bill-no-rate = This is too much to ship there in one order. Please remove something, or split it into several orders.
bill-below-minimum = An order must contain at least { $minimum } worth of products.
bill-nothing-to-pay = There is nothing to pay for this cart, so you can’t order it here.
bill-dust = This order costs less than a wallet can send in this currency: { $least } is the least. Please add something, or choose another currency.
bill-too-few = There are fewer of { $name } left than in your cart. Please lower the quantity.
bill-change-place = Change destination
bill-nothing-sent = Nothing in this order is shipped, so no address is needed.

## A cookie that did not come back

lost-heading = Your cart or order is no longer open here
lost-what = Your cart, and access to your order, are kept in an encrypted cookie in your browser and nowhere else. We have just given your browser one, and it didn’t come back. Or it has expired: a cart lasts a day, an open order an hour.
lost-why = Tor Browser keeps such cookies at every security level, even Safest. Other browsers refuse them on onion pages. Please use an unmodified Tor Browser, allow cookies for this page, and try again.
see-all-products = See all products
enter-code = Enter an order code

## The checkout

checkout-title = Checkout
checkout-heading = Where should we ship it?
checkout-again = Please check the following
checkout-stale = This page was open for too long. Please check it and submit it again.
checkout-quick = That was very quick. Please check the form and submit it again.
checkout-changed = Your order summary has changed since you saw it: a price, the exchange rate, a rule or your cart. Nothing was ordered. Please check it again.
checkout-lower = Reduce the quantity of { $name }
checkout-lowered = The quantity in your order is now lower. Please check it and submit it again.
checkout-chosen = This is the total in the currency you chose. Please check it and submit the form again.
checkout-not-converted = Prices can’t be converted right now. Nothing was ordered, and your cart stays as it is. Please try again later.
checkout-waits =
    { $minutes ->
        [one] Many orders are being placed right now. Nothing you entered is lost: please submit it again in a minute.
       *[other] Many orders are being placed right now. Nothing you entered is lost: please submit it again in about { $minutes } minutes.
    }
queue = One moment, please
queue-what =
    { $minutes ->
        [one] Many orders are being placed right now. It will be your turn within a minute. This page continues by itself, and your cart is kept.
       *[other] Many orders are being placed right now. It will be your turn in about { $minutes } minutes. This page continues by itself, and your cart is kept.
    }
queue-look = Check now
checkout-sealing = What you enter here is encrypted with the seller’s key before it is stored. This server can’t read it afterwards without your order code.
ship-to = Ship to
recipient = Recipient
street = Street and number
postcode = Postal code
city = City
province = Province, state or region
country = Country
sealed-instead = Or paste an address you have encrypted yourself
sealed = Address, encrypted with the seller’s key
sealed-hint = Encrypt your address with our key, paste the whole PGP MESSAGE block here, and leave the address fields empty.
contact = Contact
contact-yes = The seller may email me about this order
email = Email
email-hint = You can always check your order here. If you tick the box above and enter an email, the seller replies personally through an anonymous mail service. If you leave the box unticked, your email is not kept.
note = Note to the seller
place-order = Place order
place-order-hint = The next page shows you how to pay.
change-cart = Edit cart
field-missing = Please fill this in.
field-long = Please use { $most } characters or fewer.
field-no-email = You asked to be contacted: please enter an email, or untick the box.
field-not-an-email = Please enter a full email address, such as name@example.org.
field-not-armored = This isn’t an encrypted message. Paste the whole PGP MESSAGE block, or leave this empty and fill in the address.
field-not-for-seller = This message isn’t encrypted with the seller’s key. Encrypt it with the key at /pgp.txt, or leave this empty and fill in the address.
field-country = This country isn’t in our list. Please check the spelling.
field-country-meant = This country isn’t in our list. Did you mean { $country }?
field-postcode = Postal codes in { $country } look like this: { $example }.
field-postcode-elsewhere = This postal code isn’t in { $region }.
address-sure = The address is correct as I entered it
field-twice = Please enter the address either encrypted or in the form, not both.

## The ticket

order-heading = Order { $order }
fresh-heading = Thank you. Keep this code.
fresh-sent-before = You have already placed this order, though our answer may not have reached you. Nothing was ordered twice. If you have changed the cart or the form since then, the changes are not part of the order: you can cancel it on its page and order again.
fresh-placed = Your order { $order } has been placed and is waiting for your payment. This code is the only way back to it:
fresh-keep = Write it down on paper, or save it in a password manager. It is shown only once: we don’t have it and can’t send it again. Anyone with the code can read your order.
fresh-kept = I’ve saved it: show me how to pay
enter-unknown = No order found for this code
enter-unknown-why = Please compare it character by character. If it is correct, the order has been deleted: its time was up, or someone with this code made the shop forget it. If that surprises you, write to the seller.
enter-length = You entered { $count } characters; an order code has 28.
enter-mistyped = This isn’t a valid order code: a character is wrong or missing. Please compare it character by character.
order-code = Order code
order-code-hint = 28 letters and digits, such as { $example }. Capitals and dashes don’t matter.
enter-show = Show my order
enter-another = Open another order
enter-where = You saw the code when you placed the order. The shop doesn’t have it and can’t send it again.

## The order

order-state = Status
confirmations = Confirmations
confirmations-of = { $have } of { $needs }
payment = Payment
how-to-pay = How to pay
qr-alt = QR code with the amount and the payment address
qr-alt-address = QR code with the payment address
send-exactly = Send exactly
to-address = To this { $asset } address
before = Pay before
do-not-round = It is slightly more than the total: the last digits identify your order. Please don’t round it.
do-not-round-rest = It is slightly more than what is missing: the last digits identify your order. Please don’t round it.
pay-mainnet = Pay only on the Ethereum main network. The network fee is extra: exactly this amount must arrive.
pay-chain = Pay only on the network with chain ID { $id }. The network fee is extra: exactly this amount must arrive.
pay-fee = The network fee is extra: exactly this amount must arrive.
pay-token-mainnet = Send { $token } on the Ethereum main network, and on no other network. Another token doesn’t count, even one of the same value. The network fee is extra: exactly this amount must arrive.
pay-token-chain = Send { $token } on the network with chain ID { $id }, and on no other network. Another token doesn’t count, even one of the same value. The network fee is extra: exactly this amount must arrive.
pay-about = The fee is usually about { $fee }.
pay-about-token = The fee is usually about { $fee }: your wallet needs some { $coin } for it.
pay-link = Open in a wallet
pay-link-hint = Not every wallet reads this link. Compare the address and the amount in your wallet before you send.
demo-how = This is a demo: simulate the payment in a terminal with
check-now = Check now
reload-stop = Stop automatic reloading
reload-start = Reload this page automatically
claim-heading = Paid, but it doesn’t show here?
transaction-id = Transaction ID
look-up = Look it up
receipt = Receipt
close-order = Hide on this device
close-order-hint = Hiding doesn’t change your order. Your code opens it again.
claim-not-an-id = This isn’t a transaction ID. Your wallet shows it in the payment details.
claim-known = We already have this transaction ID.
claim-too-many = You have entered too many transaction IDs. Please write to the seller.
claim-pending = We are looking it up. Please check again in a minute.
claim-found = Found: it counts towards this order.
claim-not-found = It isn’t on the blockchain, or not yet. You can try again later.
claim-not-ours = It pays someone else.
claim-other-asset = It pays this order’s address, but not in the asset the order asks for. The seller can see it and give it back.
claim-failed = The transaction failed on the blockchain.
claim-counted = It counts towards another order.
claim-too-old = It is older than this order.
claim-review = It arrived, but its amount doesn’t match this order. The seller has been asked to check it; you don’t need to do anything.
claim-accepted = The seller has accepted it. It will count once we have looked it up again.
claim-of-others = Its last digits (5th to 8th decimal) don’t match this order: it was sent for something else. If it is yours after all, please write to the seller and include this transaction ID.
claim-unanswered = We couldn’t look it up: none of our sources answered. Please try again later.
claim-rejected = The seller has checked it: it isn’t for this order. If you think it is, please write to the seller.

state-awaiting = Waiting for your payment
state-awaiting-what = We haven’t seen it yet. After you send it, it can take a few minutes to show up here.
unseen-order = This shop can’t see payments in { $asset } right now. The last time it could was { $since }. What you have sent is not lost: it will be found once the shop can see again, and the time you sent it is what counts. Please don’t pay twice.
unseen-checkout = This shop can’t see payments in { $asset } right now. The last time it could was { $since }. You can order and pay: your payment will be found once the shop can see again, but your order may be sent later than usual.
state-seen = We’ve seen your payment
state-seen-what = { $paid } is on its way. It isn’t in a block of the blockchain yet.
state-confirming = Your payment is being confirmed
state-confirming-what =
    { $needs ->
        [one] { $paid } has arrived. It has { $have } of the one confirmation it needs. You don’t need to wait here.
       *[other] { $paid } has arrived. It has { $have } of the { $needs } confirmations it needs. You don’t need to wait here.
    }
state-short = Part of your payment is missing
state-short-what = { $paid } has arrived, and { $missing } is missing. Please send the rest.
state-short-fee = If you paid from an exchange, it probably deducted its fee: the full amount must arrive.
state-short-ended = Too little arrived before the offer ended
state-short-ended-what = { $paid } arrived, { $missing } was missing, and the offer ended: { $until }. Please don’t send the rest. Anything you sent in time will still be found.
state-short-ended-refund = The order is on the seller’s refund list, or soon will be: please enter your refund address below.
state-settled = Paid. Thank you!
state-settled-what = The seller has everything needed to send your order.
state-settled-digital = Your purchase is on this page.
state-settled-waits = Your purchase will appear on this page once the seller has checked the payment.
state-over = You overpaid
state-over-what = { $over } more than the amount due has arrived. The seller knows; please enter your refund address for the difference below.
state-difference-back = The difference has been refunded.
state-other-money = { $paid } has arrived at this order’s address. The order asks for { $asset }, so it doesn’t count as a payment.
state-other-money-refund = The order is on the seller’s refund list, or soon will be: please enter your refund address below.
state-other-money-back = What arrived in another currency has been refunded.
state-expired = This offer has ended
state-expired-what = No payment was seen by { $until }. Please don’t pay any more: place a new order instead. If you did pay in time, your payment will still be found.
state-review = The seller is checking your payment
state-review-what = The amount of the payment you entered doesn’t match this order, so the seller has been asked whether it is yours. Please don’t pay again in the meantime: this page will show the answer.
state-late = Paid after the offer ended
state-late-what = { $paid } arrived, but only after { $until }. The seller decides whether to send your order or refund you.
state-reversed = Your payment was reversed
state-reversed-what = { $lost } had arrived and is gone: the blockchain was reorganised, or the money was spent twice. If the payment comes back, it counts again. Otherwise, write to the seller.
state-checked = Your payment is being checked
state-checked-what = The network hasn’t agreed yet on the block that holds your payment. Nothing is lost, and you don’t need to do anything: nothing is handed over until it is certain, and this page will show the outcome.
state-demo = This order is from the demo
state-demo-what = It was placed before the shop opened: its payment was simulated, and nothing will be sent. Do not send money. Your code opens this page for as long as the order is kept.
state-away = Do not pay now
state-away-what = The shop isn’t watching for payments at the moment. Your order is kept, and anything you have paid will be found when it watches again. Please come back later, or write to the seller.

## The order page: its way, its goods, its end

timeline = Order progress
step-is-done = done
step-is-now = now
step-is-next = still to come
step-placed = Placed
step-cancelled = Cancelled by you
step-ended = Offer ended
step-seen = Payment seen
step-short = Partial payment
step-gone = Sold out
step-confirming = Confirmations
step-paid = Payment complete
step-reversed = Payment reversed
step-sent = Sent
step-delivered = Delivered
step-refunded = Refunded
step-difference = Difference refunded

goods-aside = Your items are reserved until { $until }. After that, others may buy them before you pay.
goods-open = Nothing is reserved until you pay: others may buy your items before you.
state-gone = Do not pay: sold out
state-gone-what = Others paid for the last items before you. You have lost nothing; please cancel this order. If more become available while it is open, this page will show how to pay again.
state-gone-rest = Do not send the rest: sold out
state-gone-rest-what = { $paid } arrived, but others had already paid for the last items. Please enter your refund address below, and write to the seller.
state-missed-soon = Others paid for the last items before you. Once your payment is confirmed, the order goes on the seller’s refund list.
state-missed = Paid, but sold out
state-missed-what = Others paid for the last items before you. The order is on the seller’s refund list: please enter your refund address below. If more become available before you are refunded, they are kept for you.
state-refunded = Refunded
state-refunded-what = The seller has marked this order as refunded. If nothing arrives, write to the seller.
state-sent = Sent
state-sent-what = The seller says your order is on its way.
state-delivered = Delivered
state-delivered-what = The seller says your order has arrived.
state-cancelled = You cancelled this order
state-cancelled-what = Please don’t pay for it any more. Money that arrives anyway counts as late: it will be found, and the seller decides whether to send your order or refund you.
state-late-cancelled = Paid after you cancelled
state-late-cancelled-what = { $paid } arrived although you had cancelled the order. The seller decides whether to send it or refund you.

said-heading = From the seller
said-note = Note
said-closed = There is a message here that your code doesn’t open. Please write to the seller.

digital-heading = Your purchase
digital-soon = Your purchase will appear here once your payment is confirmed.
digital-waits = Your payment is confirmed. The seller has been told and will check it once more before handing over your purchase. Please come back later; your order code opens this page.
digital-late = Your payment came late. Your purchase will appear here if the seller decides to hand it over.
digital-reversed = Closed: your payment was reversed. It opens again if the payment comes back.
digital-checked = Closed for now: your payment is being checked. It opens when that is done.
digital-refunded = Closed: your money has been refunded.
digital-begin = Download
digital-begin-named = Download { $name }
digital-again = Download again
digital-again-named = Download { $name } again
digital-left =
    { $left ->
        [one] You can download it once, until { $closes }.
       *[other] You can download it { $left } times, until { $closes }.
    }
digital-open = Started. Until { $until } you can download it again or resume it; that counts only once.
digital-used-up = You have used all your downloads. If you need it again, please write to the seller.
digital-closed = The time to download it ended on { $since }. If you need it, please write to the seller.
digital-gone = The file isn’t available right now. Nothing was counted; please write to the seller.
digital-owed = The seller has to add codes first, and has been told. They will appear here.
size-kilo = { $whole } kB
size-mega = { $whole }.{ $tenth } MB

refund-heading = Your refund address
refund-name = Enter a refund address
refund-other = Use another address
refund-label = Your { $asset } address
refund-hint = Use an address from your own wallet. It is encrypted for the seller and for your order code.
refund-keep = Save this address
refund-kept = The seller has this address:
refund-noted = Saved. The seller has been told.
refund-compare = Saved. The seller has been told. Nothing in this address could be checked: please compare it character by character.
refund-not-an-address = This isn’t a valid { $asset } address. Your wallet shows one under “Receive”.
refund-checksum = The capital letters in this { $asset } address are its checksum, and they don’t match: a character was changed along the way. Please copy it again.
refund-nobody = Nobody owns this { $asset } address: anything sent there is lost.
refund-ours = This is the address you pay to. Please enter one of your own.
refund-too-often = The address has been changed too often. Please write to the seller.

cancel-order = Cancel this order
cancel-heading = Cancel order { $order }?
cancel-what = The offer ends at once, anything reserved for you becomes available to others, and the seller is told. Your code still opens the order until its time is up.
cancel-late = If you have already sent the payment, don’t cancel. Money that arrives afterwards counts as late: it will be found, and the seller decides whether to send your order or refund you.
cancel-do = Cancel the order
cancel-money-seen = A payment for this order has been seen, so you can’t cancel it here any more. Please write to the seller.
cancel-ended = The offer has already ended. There is nothing left to cancel.

forget-order = Forget this order
forget-heading = Forget order { $order }?
forget-destroys = This deletes what the server keeps: the encrypted order, its payment status, and what the seller said about it. After that, your code opens nothing. This can’t be undone.
forget-remains = What remains: the encrypted emails in the seller’s mailbox, which only the seller can read; the payment on the blockchain, which everyone can see; and here, the fact that the payment address was used and, for a time, the ID of the payment, so that it can’t be counted twice.
forget-receipt = Without the record, nobody can look up what was paid. If you may need the receipt, save it first.
forget-digital = Your purchase on this page goes with it: download it and write down your codes first.
forget-gives-up = The seller still has money of yours: more than was due, or money that came late, for which nothing was sent. Without the record, you can’t show that it is yours.
forget-do = Delete the record
forget-payable = Not yet: this order can still be paid. Cancel it first.
forget-unsettled = Not yet: its payment isn’t settled. Money is on its way, too little arrived, or the payment was reversed.
forget-owed = Not yet: you haven’t been refunded the money that the seller owes you.
forget-undelivered = Not yet: an email about it is still on its way to the seller’s mailbox. Please try again in a minute.
forgotten-heading = This order is forgotten
forgotten-what = This server has deleted its record, and this browser can no longer open it. The seller’s emails and the payment on the blockchain are not ours to delete.

receipt-paid = Paid in block { $block }, { $when }.
receipt-refunded = The seller has marked this order as refunded.
receipt-refund-to = Refund address
receipt-codes = Codes: { $name }

## The receipt

receipt-title = Receipt { $order }
receipt-heading = Receipt for order { $order }
receipt-at = Receipt for order { $order } at { $shop }
receipt-shop = Shop
receipt-placed = Placed
receipt-item = Item
receipt-sum = Amount
receipt-line = { $each } each, { $total } in total
receipt-due = Amount due
receipt-tagged = The amount due is slightly more than the total: its last digits identify the order.
receipt-to = Payment address
receipt-received = Received
receipt-sealed = You entered an encrypted address; only the seller can read it.
receipt-billed = Billed for
receipt-no-email = No email given.
receipt-note = Your note
receipt-seller = Seller
receipt-keep = Please keep this for your records.
receipt-print = Print this page from your browser, or download it as text.
receipt-download = Download as text
receipt-back = Back to the order

## The letter the seller relays to the buyer

relay-subject = Your order { $order } at { $shop }
relay-thanks = Thank you for your order { $order } at { $shop }.
relay-handed-out = Your downloads will be on your order page once your payment is confirmed.
relay-until = Please pay before
relay-paid = If you have already paid, there is nothing left to do.
relay-code = You can always read your order with your order code: open the shop, choose “Your order” and enter the code. We don’t have the code; please keep it safe.

## Escrow: the choice at the checkout

escrow-choice = How would you like to pay?
escrow-direct = Pay directly
escrow-direct-what = Your payment goes straight to the seller’s wallet, at no extra cost. If nothing arrives, only the seller can give the money back.
escrow-into = Pay into escrow
escrow-into-what =
    { $days ->
        [one] Your payment waits in a contract on the blockchain until independent services report that your parcel was delivered. Then you have one day to object before the seller is paid. If no delivery is reported, the money goes back to you.
       *[other] Your payment waits in a contract on the blockchain until independent services report that your parcel was delivered. Then you have { $days } days to object before the seller is paid. If no delivery is reported, the money goes back to you.
    }
escrow-into-cost = You pay the usual network fee and nothing else now. Whoever starts a payout that is due gets { $tip } of it.
escrow-into-free = You pay the usual network fee and nothing else.
escrow-into-arbiter = If there is a dispute, an arbiter divides the money and takes { $fee } of the price.
escrow-into-longest =
    { $days ->
        [one] Your money is held for one day at most.
       *[other] Your money is held for { $days } days at most.
    }
escrow-unaudited = Nobody outside the project has audited the contract.
escrow-refund-label = Your { $asset } address for refunds
escrow-refund-hint = Use an address from your own wallet, not an exchange’s: money sent back by a contract may not be credited by an exchange. This address can’t be changed later, and everyone can see it on the blockchain once the seller has shipped or the escrow ends.
escrow-release = Would you like to be able to pay the seller before time?
escrow-release-none = No, the seller is paid after delivery (nothing to do)
escrow-release-secret = Yes, with a release secret
escrow-release-wallet = Yes, with a key of my wallet
escrow-secret-how = Make the secret on your own computer. In a terminal, on Tails too, type these two lines. The first shows the secret: keep it. The second shows its hash: paste that here.
escrow-secret-who = Never let a website make the secret for you: whoever knows it can pay the seller at once.
escrow-secret-label = Hash of your release secret (64 digits)
escrow-wallet-how = An address of your wallet that can sign messages. Its key can pay the seller at once, and can object to a delivery.
escrow-wallet-label = Address of the key
escrow-gone = Escrow isn’t offered for this order any more. Please check how you would like to pay.
escrow-sealed = Escrow ties the parcel to your country and postal code. Please fill in the address, or pay directly.
escrow-not-a-hash = This isn’t a hash: paste the 64 digits (0 to 9 and a to f) that the second line shows. If this was the secret itself, make a new one.
escrow-hash-of-nothing = This is the hash of an empty text: anyone could release your money. Please type both lines in the same terminal.
escrow-address-ours = This address belongs to the shop, its arbiter or its attestors. Please enter one of your own.

## Escrow: the statement

statement-title = Escrow statement, order { $order }
statement-heading = Before you pay: keep your escrow statement
statement-what = Your payment goes to an address that a contract controls, not to the seller. This statement has all that was agreed about it. With it you can check the address, and the money finds its way even if this shop disappears.
statement-rules = Who gets the money, and when
statement-keep-heading = The statement
statement-keep = Save it outside this browser, together with your order code.
statement-public = Part 1 can be shown to anyone who checks it.
statement-private = Part 2 says what you ordered and where it goes. It is for the arbiter of a dispute alone.
statement-proof = Your proof for the arbiter: it shows that you are the buyer. The file has it below the statement. Give it to nobody else: whoever has it can write to the arbiter in your name.
statement-download = Download as text
statement-qr = Show the QR code
statement-qr-alt = QR code with part 1 of the escrow statement
statement-check = Check it before you pay
statement-check-why = If someone has taken over this shop, they can show you a false address. Your own computer can tell, and so can those who run the attestors and the arbiter.
statement-check-own = On your own computer, also without a network:
statement-check-elsewhere = Or paste part 1 into one of these pages, in Tor Browser:
statement-check-compare = Each of them calculates the address from the terms and says what is unusual. Pay only if it is the address that the next page shows.
statement-attestor = Attestor: { $name }
statement-arbiter = Arbiter: { $name }
statement-know = What you should know
statement-know-address = Whoever pays an address that they haven’t checked can lose the money.
statement-know-goods = A reported delivery proves that a parcel arrived, not that the right goods were in it. Look inside, and object in time.
statement-know-attestors = Attestors learn the number of the parcel, and from the carrier the area it goes to. They don’t learn from this shop who you are or what you ordered.
statement-know-chain = Everyone can see on the blockchain how much was paid and when, and, once the seller has shipped or the escrow ends, your refund address, the seller’s address and all dates. Who you are, where you live and what you ordered is not there.
statement-tick = I have kept the statement
statement-go = Show me how to pay
statement-not-ticked = Please keep the statement first, then tick the box.
statement-open = Escrow statement
statement-first = The payment address is shown once you have kept the escrow statement.

rule-unshipped = If the seller doesn’t ship by { $until }
rule-unshipped-then = All of your money goes back to your refund address.
rule-delivered = If your parcel is delivered
rule-delivered-then =
    { $days ->
        [one] { $threshold } of { $attestors } attestors must report it. From then on you have one day to look inside and to object. If nobody objects, the seller is paid { $price }.
       *[other] { $threshold } of { $attestors } attestors must report it. From then on you have { $days } days to look inside and to object. If nobody objects, the seller is paid { $price }.
    }
rule-match = Which parcel counts
rule-match-any = A parcel to any address.
rule-match-country = A parcel to the country of your order.
rule-match-area = A parcel to the postal area of your order.
rule-match-code = Only a parcel to the postal code of your order.
rule-match-reference = Only a parcel that carries the reference of your order.
rule-match-none = None: these terms ask for what no attestor can report. Don’t pay.
rule-signed = Who must have received it
rule-signed-then = Someone must have signed for the parcel. Without a signature no delivery is reported.
rule-undelivered = If no delivery is reported by { $until }
rule-undelivered-then = All of your money goes back to your refund address. The attestors can move this date once, by 60 days at most: during a strike, for instance.
rule-returned = If the parcel goes back to the seller
rule-returned-then = A return is never reported as a delivery. The seller can pay you back at once. If not, the money goes back after { $until }.
rule-attestors = If the attestors disappear
rule-attestors-then = Then no delivery is reported: the money goes back after { $until }, unless the seller calls the arbiter before.
rule-objection = If you object
rule-objection-then =
    { $days ->
        [one] The arbiter has one day to divide the money between you and the seller, and takes { $fee } of the price for it.
       *[other] The arbiter has { $days } days to divide the money between you and the seller, and takes { $fee } of the price for it.
    }
rule-silent = If the arbiter says nothing
rule-silent-then = If a delivery was reported, the seller is paid. If not, all of your money goes back to you.
rule-no-arbiter = If something is wrong with the parcel
rule-no-arbiter-then = This escrow has no arbiter: nobody can object, and the seller is paid once a delivery is reported and the time is over. Only the seller can pay you back.
rule-release = If you want to pay the seller before time
rule-release-secret = Enter your release secret on your order page. The seller is then paid at once, and you can’t object any more. Whoever knows the secret can do the same.
rule-release-wallet = Sign the text on your order page with the key that you named. The seller is then paid at once, and you can’t object any more. Whoever has the key can do the same.
rule-release-none = You chose no secret and no key: nobody can pay the seller before time.
rule-back = If the seller wants to pay you back
rule-back-then = The seller can send all of your money back until the escrow ends, and can’t take any of it.
rule-little = If too little arrives
rule-little-then = The seller can’t ship. Send the rest in time, or all of it goes back after { $until }.
rule-much = If too much arrives
rule-much-then = What is above the price goes back to your refund address when the escrow ends.
rule-late = If your payment arrives late
rule-late-then = The seller can still ship until { $until }. Money that arrives after the escrow has ended can only go to your refund address.
rule-wrong = If you send another currency, or on another network
rule-wrong-then = Tokens, and money on another network of Ethereum’s kind, can only go to your refund address, and only once someone sends the transaction for it. Where the contract doesn’t exist, they are lost.
rule-reorg = If the blockchain takes a step back
rule-reorg-then = Each step is marked until it is final. One that vanishes before is usually sent again; if not, the step before it counts. No date moves, and your order page shows what the blockchain has now.
rule-idle = If nobody does anything at all
rule-idle-then = The money waits until someone sends the transaction that is due. Anyone can, and gets { $tip } of it: attestors look out for that. Waiting moves no date.
rule-idle-free = The money waits until someone sends the transaction that is due. Anyone can. Waiting moves no date.
rule-gone = If this shop disappears
rule-gone-then = The contract doesn’t need it. With this statement and any node of the network, you can take every step yourself.
rule-lost = If you lose the statement
rule-lost-then = Your order page shows it for as long as the order is kept, and the seller has a copy. Without any copy, nobody can move the money.
rule-longest = At the very latest
rule-longest-then = On { $until } every date has passed, and the money can go to you or to the seller.

## Escrow: the order page

escrow = Escrow
pay-escrow = This address belongs to the escrow of this order alone. Compare it with the one that your check of the statement shows.
state-escrow-funded = Paid into escrow
state-escrow-funded-what = Your payment waits in the contract. The seller has until { $until } to ship.
state-escrow-unshipped = Not shipped in time
state-escrow-unshipped-what = The seller didn’t ship by { $until }. Your money can go back to your refund address now.
state-escrow-shipped = Shipped
state-escrow-shipped-what = The seller has named one parcel for this order on the blockchain, and can’t exchange it any more. The attestors ask the carrier about it.
state-escrow-undelivered = No delivery was reported in time
state-escrow-undelivered-what = The time for it ended: { $until }. Your money can go back to your refund address now.
state-escrow-delivered = Delivery reported
state-escrow-delivered-what = Please look inside the parcel now. You can object until { $until }.
state-escrow-delivered-final = Please look inside the parcel now. This escrow has no arbiter: the seller is paid after { $until }.
state-escrow-payable = The time to object has passed
state-escrow-payable-what = It ended: { $until }. The seller can be paid now.
state-escrow-disputed = In dispute
state-escrow-disputed-what = The arbiter has until { $until } to divide the money.
state-escrow-silent = The arbiter has said nothing
state-escrow-silent-what = The time for a decision ended: { $until }.
state-escrow-released = The seller has been paid
state-escrow-released-what = The escrow has ended.
state-escrow-refunded = Your money has been paid back
state-escrow-refunded-what = It went to your refund address.
state-escrow-ruled = The arbiter has decided
state-escrow-ruled-what = The money was divided as shown below.
state-escrow-shallow = This isn’t final yet: a few more blocks of the blockchain are needed.
state-escrow-closed = Do not pay: the escrow has ended
state-escrow-closed-what = It ended before any money arrived. Please place a new order instead. Money that arrives anyway can only go to your refund address.
state-escrow-over = { $over } more than the price has arrived. It goes back to your refund address when the escrow ends.
state-escrow-short-ended = What has arrived goes back to your refund address after { $until }, and the seller can send it back before.
state-escrow-sold-out = Others paid for the last items before you. The seller can send your money back at once; if not, it goes back to your refund address after { $until }.
state-escrow-late = { $paid } arrived after the offer ended. The seller can still ship until { $until }; if not, it goes back to your refund address.

step-escrow-funded = Paid into escrow
step-escrow-shipped = Shipped
step-escrow-delivered = Delivery reported
step-escrow-disputed = Objection
step-escrow-ruled = Decided by the arbiter
step-escrow-released = Seller paid
step-escrow-refunded = Paid back to you
step-escrow-objection = you can object until { $until }
step-escrow-until = until { $until }

next-heading = If nobody does anything
next-unshipped = If the seller doesn’t ship by { $until }, your money goes back to your refund address.
next-undelivered = If no delivery is reported by { $until }, your money goes back to your refund address.
next-delivered = After { $until } the seller is paid { $price }.
next-disputed = If the arbiter says nothing by { $until }, your money goes back to your refund address.
next-disputed-delivered = If the arbiter says nothing by { $until }, the seller is paid, because a delivery was reported.
next-refund-due = Your money goes back to your refund address as soon as someone sends the transaction.
next-payout-due = The seller is paid { $price } as soon as someone sends the transaction.
next-who = Anyone can send it, and gets { $tip } of the money. Attestors look out for that.
next-who-free = Anyone can send it.

exchange-heading = Did an exchange send it?
exchange-what = Some exchanges pay in a way that this shop doesn’t see by itself. Then it asks the network what is at the address, and those who are asked learn that someone is interested in it. It asks at most six times for an order, and once in ten minutes.
exchange-do = An exchange sent it
exchange-asked = The shop is asking. Please look again in a few minutes.

release-heading = Pay the seller now
release-what = Nobody needs to do this: the seller is paid after delivery. It can’t be undone, and you can’t object afterwards.
release-secret = Your release secret
release-sign = Sign this text with your wallet, and paste the signature:
release-signature = Signature
release-do = Pay the seller
release-wrong-secret = This isn’t the secret whose hash is in the statement. Please compare it character by character.
release-wrong-signature = This isn’t a signature of this text by the address in the statement.
release-sent = Sent to the seller, encrypted. The seller is paid once the seller’s program has sent it to the blockchain.

object-heading = Is something wrong with it?
object-what = Object on the arbiter’s page, in Tor Browser, before { $until }. Paste the whole statement file, with your proof (BUYER-…) below it.
object-shipped = You can already call the arbiter, on this page in Tor Browser. Paste the whole statement file, with your proof (BUYER-…) below it.

went-heading = Where the money went
went-seller = To the seller
went-you = To your refund address
went-arbiter = To the arbiter
went-keeper = To whoever sent the transaction
went-owed = Not all of it could be paid out at once. The rest waits in the contract for whom it belongs to, and anyone can have it paid out.

cancel-escrow = If you have already sent the payment, don’t cancel. The money would wait in the contract until the seller sends it back, or until { $until }.
cancel-escrow-money-seen = A payment for this order has been seen, so you can’t cancel it here any more. The seller can send it back at once; if not, it goes back to your refund address after { $until }, unless the seller ships before.
forget-escrow = This page shows your escrow statement for the last time: save it first. The contract goes on without this page.
receipt-escrow = Paid into escrow

## Refusals

your-cart = Your cart
back-to-cart = Back to the cart
back-to-shop = Back to the shop
refused-gone = Page not found
refused-gone-what = It may have been renamed, or the item was sold and taken down. Everything we have is in the list of all products.
refused-unread = We couldn’t read that
refused-unread-what = Something in the request wasn’t as a page of this shop would send it. Please go back and try again.
refused-expired = This has expired
refused-expired-what = We no longer keep it. Please start again.
refused-unpaid = This is waiting for a payment
refused-unpaid-what = Open your order to see the amount due.
refused-busy = The shop is busy
refused-busy-what = Too many orders are waiting for payment right now. Please try again in about an hour. Your cart is kept.
refused-down = This isn’t working right now
refused-down-what = Part of the shop isn’t responding. Nothing was lost, and nothing was ordered. Please try again in a few minutes.
refused-closed = No orders right now
refused-closed-what = The shop isn’t taking orders at the moment. Its prices are still shown, your cart is kept, and your earlier orders are safe. Please try again later.
refused-unseen = No orders in this currency right now
refused-unseen-what = The shop hasn’t been able to see payments in this currency for hours, so it takes no new orders in it. The seller knows. Your cart is kept, and what you have already paid is not lost: it will be found once the shop can see again. Please try again later, or choose another currency in the cart if there is one.
refused-unread-chain = No orders just yet
refused-unread-chain-what = The shop hasn’t reached the payment network since it opened, and wouldn’t see your payment. Nothing was ordered, and your cart is kept. Please try again in a few minutes.
refused-denied = This isn’t allowed
refused-denied-what = The request didn’t come from a page of this shop, so nothing was done. If you submitted a form here, please use an unmodified Tor Browser and try again.
refused-bug = Something went wrong
refused-bug-what = This is our fault, and nothing was ordered. Please try again later.
refused-method = You can’t do that here
refused-method-what = This page exists, but not for this kind of request. Please go back and try again.
refused-large = The form is too long
refused-large-what = It is longer than this shop accepts. Please go back and shorten it.
refused-address = This web address is too long
refused-address-what = No page of this shop has an address this long.
refused-head = Your browser sent too much
refused-head-what = There were more headers than this shop accepts. Please use an unmodified Tor Browser.
refused-stale = This form has expired
refused-stale-what = It was open too long, or belongs to a cart or an order that has since been closed. Nothing was done. Please open the page again and repeat what you did.
refused-name = Wrong address
refused-name-what = This request is for someone else.
refused-proxy = Please use Tor Browser
refused-proxy-what = You came through a proxy that can read and change everything you do here.
refused-crowding = Please slow down
refused-crowding-what = Too many requests at once. Please wait a minute, then reload.
