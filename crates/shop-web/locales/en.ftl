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
if-any = { $label } (if there is one)
go-on = Continue

## On every page

skip = Skip to the content
demo-mark = DEMO
demo-words = This shop is not open yet: payments are simulated. Do not send money.
demo-order = This order is from the demo: its payment was simulated. Do not send money.
nav-shop = Shop
nav-about = About the shop
nav-languages = Language
nav-categories = Categories
nav-where = Where you are
nav-pages = Pages of this list
search = Search
search-for = Search for
all-products = All products
cart = Cart
your-order = Your order
pgp-key = Our PGP key
text-mirrors = Our addresses, signed
text-canary = Sign of life
text-security = Security contact
promise = No account, no scripts, no tracking.
questions = Questions? Write to { $contact }
contact-elsewhere = the address the seller gave you

## Products

board-empty = There are no products yet. Please come back soon.
list-empty = There is nothing here yet. Please come back soon.
ribbon-sold = SOLD OUT
ribbon-new = NEW
few-left = Few left
in-stock = In stock
option-sold = sold out
price-from = from { $price }
price-or = or
digital-what = Download: it appears on your order page once your payment is confirmed.
digital-too = Some choices are downloads: they appear on your order page once your payment is confirmed.
related = Goes well with it
see-all = See all { $count } products
sold-out = Sold out.
product-picture = { $name }, picture { $at } of { $of }
shipping-included = Shipping is included.
adds-shipping = Shipping is added in the cart.
adds-tax = Tax is added in the cart where it is due.
adds-both = Shipping, and tax where it is due, are added in the cart.
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
found-nothing = Nothing was found for “{ $search }”. Try fewer or other words.
narrow = Filter
narrow-none = Take all filters away
narrow-price = Price
narrow-price-below = under { $to }
narrow-price-between = { $from } to { $to }
narrow-price-above = { $from } and more
narrowed-to-nothing = No product matches all of these filters.
only-in-stock = Only in stock
sort-by = Sort
sort-best = Best match
sort-featured = Featured
sort-newest = Newest
sort-price-up = Lowest price
sort-price-down = Highest price
sort-name = By name
page = Page
page-before = Previous
page-after = Next

## The cart

cart-heading = Your cart
cart-empty = There is nothing in your cart.
cart-look = See what we have
items = Items
price-each = { $price } each
quantity-of = Quantity of { $name }
remove = Remove
remove-named = Remove { $name }
total = Total
pay-with = Pay with
cart-terms = You do not need an account.
cart-update = Update the cart
check-out = Check out
continue-shopping = Continue shopping
cart-unknown = This item is not in the shop any more.
cart-sold = { $name } is sold out.
cart-option = Please choose one of the options of { $name }.
cart-too-many = At most { $most } of { $name } can be ordered at once.
cart-full = A cart holds { $most } different items. Please place this order first.
cart-sum = This cart cannot be added up.
cart-no-price = Not everything in the cart has a price in { $currency }.
cart-quantity = Please give a quantity from 1 to { $most }.
cart-currency = This cart cannot be paid with that. Please choose another currency.

## The bill

percent = { $whole }.{ $fraction }%
percent-whole = { $whole }%
bill-goods = Goods
bill-discount = Discount
bill-discount-percent = Discount ({ $percent })
bill-shipping-free = Your discount makes shipping free.
bill-shipping = Shipping: { $name }
bill-tax = { $name } ({ $percent })
bill-tax-inside = Of the total: { $name } ({ $percent })
bill-rounding = Rounded up to eight decimals
bill-naming = So that your payment is recognised
bill-to-pay = To pay
bill-so-far = Total so far
bill-send-to = Send to
bill-country = Country
bill-choose = Please choose
bill-ways = How to send it
bill-code = Discount code
bill-use-code = Use the code
bill-remove-code = Remove the discount
bill-wrong-code = No discount for this order has this code now.
bill-code-no-better = With this code the total would not be lower, so it was not used. One discount holds for an order.
bill-code-over = The discount does not hold for this order any more. It was taken off.
bill-unknown-country = Please choose one of the countries in the list.
bill-unknown-rate = Please choose one of the ways to send it.
bill-say-country = Please say where it goes: the total depends on it.
bill-say-country-tax = Please say in which country you are: the tax depends on it.
bill-say-region = Please say which province, state or region it is: the total depends on it.
bill-not-served = We do not send this to { $place }.
bill-no-rate-in = Sending it there cannot be paid in { $currency }. Please choose another currency or place.
bill-no-rate = This is too much to be sent there in one order. Take something out, or split it into several orders.
bill-below-minimum = An order needs goods of at least { $minimum }.
bill-nothing-to-pay = There is nothing to pay for this cart, so it cannot be ordered here.
bill-too-few = Fewer of { $name } are left than your cart asks for. Please lower the quantity.
bill-change-place = Change where it goes
bill-nothing-sent = Nothing of this order is sent, so no address is needed.

## A cookie that did not come back

lost-heading = Your cart or order is not open here any more
lost-what = Your cart, and the way to your order, live in a sealed cookie in your browser and nowhere else. We have just given your browser one, and it did not come back. Or it was too old: a cart lives for a day, an open order for an hour.
lost-why = Tor Browser keeps such cookies at every security level, Safest too. Other browsers refuse them on onion pages. Please use Tor Browser as it comes, allow cookies for this page, and try again.
see-all-products = See all products
enter-code = Enter an order code

## The checkout

checkout-title = Checkout
checkout-heading = Where should it go?
checkout-again = Please look at this again
checkout-stale = This page was open for too long. Please look at it and send it again.
checkout-quick = That came faster than an address can be written. Please look at it and send it once more.
checkout-changed = The bill has changed since you saw it: a price, a rule or your cart. Nothing was ordered. Please look at it again.
checkout-lower = Take fewer of { $name }
checkout-lowered = There are fewer in your order now. Please look at the bill and send it again.
checkout-waits =
    { $minutes ->
        [one] Many orders are being placed right now. Nothing you wrote is lost: please send this again in a minute.
       *[other] Many orders are being placed right now. Nothing you wrote is lost: please send this again in about { $minutes } minutes.
    }
queue = One moment, please
queue-what =
    { $minutes ->
        [one] Many orders are being placed right now. Your turn comes within a minute; this page goes on by itself, and your cart is kept.
       *[other] Many orders are being placed right now. Your turn comes in about { $minutes } minutes; this page goes on by itself, and your cart is kept.
    }
queue-look = Look now
checkout-sealing = What you write here is sealed to the seller’s key before it is stored. This server cannot read it again.
ship-to = Ship to
recipient = Recipient
street = Street and number
postcode = Postal code
city = City
province = Province, state or region
country = Country
sealed-instead = Or give the address already encrypted
sealed = Address, encrypted to the seller’s key
sealed-hint = Encrypt your address to our key, paste the whole PGP MESSAGE block here, and leave the address fields empty.
contact = Contact
contact-yes = The seller may write to me about this order
email = Email
email-hint = You can always read your order here. Tick the box above and give one, and the seller answers by hand through an anonymous mail service. Without the tick it is not kept.
note = A word to the seller
place-order = Place the order
place-order-hint = You see how to pay on the next page.
change-cart = Change the cart
field-missing = Please fill this in.
field-long = This is longer than { $most } characters.
field-no-email = You asked to be written to: please give an email, or untick.
field-not-an-email = This does not look like an email: name@example.org.
field-not-armored = This is not an encrypted message. Paste the whole PGP MESSAGE block, or leave the box empty and fill in the address.
field-not-for-seller = This message is not encrypted to the seller’s key. Encrypt it to the key at /pgp.txt, or leave the box empty and fill in the address.
field-country = No country in our list has this name. Please check how it is spelled.
field-country-meant = No country in our list has this name. Did you mean { $country }?
field-postcode = A postal code in { $country } looks like this: { $example }.
field-postcode-elsewhere = This postal code does not belong to { $region }.
address-sure = The address is right as I wrote it
field-twice = Give the address either encrypted or in the form, not both.

## The ticket

order-heading = Order { $order }
fresh-heading = Thank you. Keep this code.
fresh-sent-before = Your cart has become this order before, though the answer may not have reached you. Nothing was ordered twice. If you changed the cart or the form since then, that is not part of the order: you can cancel it on its page and order again.
fresh-placed = Your order { $order } is placed and waits for your payment. This code is the only way back to it:
fresh-keep = Write it on paper, or save it in a password manager. It is shown this once; we do not have it and cannot send it again. Whoever has the code can read your order.
fresh-kept = I have written it down: show me how to pay
enter-unknown = No order opens with this code
enter-unknown-why = Compare it character by character. If it is right, the order was removed: because its time was over, or because somebody with this code made the shop forget it. Write to the seller if that surprises you.
enter-length = This has { $count } characters; an order code has 28.
enter-mistyped = A character in it is wrong or missing: no order code reads like this. Compare it character by character.
order-code = Order code
order-code-hint = 28 letters and digits, such as { $example }. Capitals and dashes do not matter.
enter-show = Show my order
enter-another = Open another order
enter-where = The code was shown when the order was placed. The shop does not have it and cannot send it again.

## The order

order-state = State
confirmations = Confirmations
confirmations-of = { $have } of { $needs }
payment = Payment
how-to-pay = How to pay
qr-alt = QR code with the amount and the payment address
send-exactly = Send exactly
to-address = To this { $asset } address
before = Pay before
do-not-round = It is a little more than the total: the last digits name your order. Please do not round it.
do-not-round-rest = It is a little more than what is missing: the last digits name your order. Please do not round it.
pay-mainnet = Only on the Ethereum main network. Your wallet pays the network’s fee in addition: what arrives must be exactly this amount.
pay-chain = Only on the network with chain id { $id }. Your wallet pays its fee in addition: what arrives must be exactly this amount.
pay-fee = Your wallet pays the network’s fee in addition: what arrives must be exactly this amount.
demo-how = This is a demo: simulate the payment in a terminal with
check-now = Check now
reload-stop = Stop reloading by itself
reload-start = Let this page reload by itself
claim-heading = Paid, but not seen?
transaction-id = Transaction id
look-up = Look it up
receipt = Receipt
close-order = Hide it on this device
close-order-hint = Hiding changes nothing about your order. Your code opens it again.
claim-not-an-id = This is not a transaction id. Your wallet shows it in the details of the payment.
claim-known = This transaction id is known to us already.
claim-too-many = That is one transaction id too many. Please write to the seller.
claim-pending = We are looking it up. Please check again in a minute.
claim-found = Found: it counts for this order.
claim-not-found = The chain does not know it, or not yet. You can try again later.
claim-not-ours = It pays somebody else.
claim-failed = It failed: the chain did not carry it out.
claim-counted = It counts for another order.
claim-too-old = It is older than this order.
claim-review = It arrived, but its amount does not match this order. The seller has been asked to look at it; there is nothing for you to do.
claim-accepted = The seller has accepted it. It counts as soon as we have looked it up once more.
claim-of-others = Its last digits (the 5th to the 8th decimal) are not those of this order: it was sent for something else. If it is yours all the same, please write to the seller and give this transaction id.
claim-unanswered = We could not look it up: nobody we ask answered. Please try again later.
claim-rejected = The seller has looked at it: it is not for this order. If you think it is, please write to the seller.

state-awaiting = Waiting for your payment
state-awaiting-what = We have not seen it yet. After you have sent it, it can take some minutes until it shows here.
unseen-order = This shop cannot see payments in { $asset } right now; the last time it could was { $since }. What you have sent is not lost: it is found when the shop can see again, and counts by the time it was sent. Please do not pay twice.
unseen-checkout = This shop cannot see payments in { $asset } right now; the last time it could was { $since }. You can order and pay: the payment is found when the shop can see again, and your order may be sent later than usual.
state-seen = We see your payment
state-seen-what = { $paid } is on its way. It is not in a block of the chain yet.
state-confirming = Your payment is being confirmed
state-confirming-what =
    { $needs ->
        [one] { $paid } arrived. It has { $have } of the one confirmation it needs; you need not wait here.
       *[other] { $paid } arrived. It has { $have } of the { $needs } confirmations it needs; you need not wait here.
    }
state-short = Part of your payment is missing
state-short-what = { $paid } arrived, and { $missing } is missing. Please send the rest.
state-short-claim = Then enter its transaction id below, so that we know it is yours.
state-short-fee = If you paid from an exchange, this is probably the fee that it took off: what arrives must be the whole amount.
state-short-ended = Too little arrived before the offer ended
state-short-ended-what = { $paid } arrived, { $missing } was missing, and the offer ended: { $until }. Please do not send the rest; what you sent in time is still found.
state-short-ended-refund = The order is on the seller’s refund list, or will be soon: please say below where the money should go back to.
state-settled = Paid. Thank you!
state-settled-what = The seller has everything needed to send your order.
state-settled-digital = What you bought is on this page.
state-settled-waits = What you bought appears on this page as soon as the seller has looked at the payment.
state-over = Paid, and too much
state-over-what = { $over } more than due arrived. The seller knows; please say below where the difference should go.
state-difference-back = The difference was given back.
state-expired = This offer has ended
state-expired-what = Nothing was seen until { $until }. Please do not pay any more: order again instead. If you did pay in time, the payment will still be found.
state-review = The seller is looking at your payment
state-review-what = The amount of the payment you named does not match this order, so the seller has been asked whether it is yours. Please do not pay again in the meantime: this page will show the answer.
state-late = Paid after the offer had ended
state-late-what = { $paid } arrived, but only after { $until }. The seller decides: send the goods, or the money back.
state-reversed = The chain took your payment back
state-reversed-what = { $lost } had arrived and is gone: the chain was reorganised, or the money was spent twice. If the payment comes back it counts again. Otherwise write to the seller.
state-checked = Your payment is being checked
state-checked-what = The network has not agreed yet on the block that holds your payment. Nothing is lost, and there is nothing for you to do: nothing is handed out until it is certain, and this page will show the outcome.
state-demo = This order is from the demo
state-demo-what = It was placed before the shop opened: its payment was simulated, and nothing will be sent for it. Do not send money. Your code opens this page for as long as the order is kept.
state-away = Do not pay now
state-away-what = The shop does not watch for payments at the moment. Your order is kept, and what you have paid is found when it watches again. Please come back later, or write to the seller.

## The order page: its way, its goods, its end

timeline = Progress of this order
step-is-done = done
step-is-now = now
step-is-next = still to come
step-placed = Placed
step-cancelled = Cancelled by you
step-ended = The offer ended
step-seen = Payment seen
step-short = Too little arrived
step-gone = The goods were gone
step-confirming = Confirmations
step-paid = Payment complete
step-reversed = Taken back by the chain
step-sent = Sent
step-delivered = Delivered
step-refunded = Money given back
step-difference = Difference given back

goods-aside = The goods are set aside for you until { $until }. After that others may buy them before you pay.
goods-open = Nothing is reserved until you pay: others may buy the goods before you.
state-gone = Do not pay: the goods are gone
state-gone-what = Others paid for the last of them before you. You have lost nothing; please cancel this order. If some come back while it is open, this page shows how to pay again.
state-gone-rest = Do not send the rest: the goods are gone
state-gone-rest-what = { $paid } arrived, and others paid for the last of the goods before that. Please say below where the money should go back to, and write to the seller.
state-missed-soon = Others paid for the last of the goods before you. When your payment is confirmed, the order goes on the seller’s refund list.
state-missed = Paid, but the goods were gone
state-missed-what = Others paid for the last of them before you. The order is on the seller’s refund list: please say below where the money should go. If goods come back before you have it, they are kept for you.
state-refunded = The money was given back
state-refunded-what = The seller has marked this order as refunded. Write to the seller if nothing arrives.
state-sent = Sent
state-sent-what = The seller says that your order is on its way.
state-delivered = Delivered
state-delivered-what = The seller says that your order has arrived.
state-cancelled = You cancelled this order
state-cancelled-what = Please do not pay for it any more. Money that comes after all counts as late: it is found, and the seller decides whether to send the goods or the money back.
state-late-cancelled = Paid after you had cancelled
state-late-cancelled-what = { $paid } arrived although you had cancelled the order. The seller decides: send the goods, or the money back.

said-heading = From the seller
said-note = Note
said-closed = There are words here that your code does not open. Please write to the seller.

digital-heading = Yours to keep
digital-soon = What you bought appears here once your payment is confirmed.
digital-waits = Your payment is confirmed. The seller looks at it once more before this is handed out, and has been told. Please come back later; your order code opens this page.
digital-late = The payment came late. What you bought appears here if the seller decides to hand it out.
digital-reversed = Closed: the chain took the payment back. It opens again if the payment comes back.
digital-checked = Closed for now: your payment is being checked. It opens when that is done.
digital-refunded = Closed: the money was given back.
digital-begin = Download
digital-begin-named = Download { $name }
digital-again = Fetch it again
digital-again-named = Fetch it again: { $name }
digital-left =
    { $left ->
        [one] You can download it once, until { $closes }.
       *[other] You can download it { $left } times, until { $closes }.
    }
digital-open = Begun. Until { $until } you can fetch it again, or go on where it broke off; that counts once.
digital-used-up = You have downloaded it as often as you bought it. If you need it again, please write to the seller.
digital-closed = The time to download it was over on { $since }. If you need it, please write to the seller.
digital-gone = The file is not there right now. Nothing was counted; please write to the seller.
digital-owed = The seller has to add codes first, and has been told. They appear here.
size-kilo = { $whole } kB
size-mega = { $whole }.{ $tenth } MB

refund-heading = Your address for a refund
refund-name = Say where it should go
refund-other = Say another address
refund-label = Your address for { $asset }
refund-hint = One from your own wallet. It is sealed to the seller and to your order code.
refund-keep = Keep this address
refund-kept = The seller knows this address:
refund-noted = It is kept, and the seller is told.
refund-compare = It is kept, and the seller is told. Nothing in it could be checked: please compare it character by character.
refund-not-an-address = This is not an address for { $asset }. Your wallet shows one under “receive”.
refund-checksum = The capital letters of this address for { $asset } are its checksum, and they do not fit: a character was changed on the way. Please copy it again.
refund-nobody = Nobody owns this address for { $asset }: what is sent there is lost.
refund-ours = This is the address you pay to. Please give one of your own.
refund-too-often = The address was changed too often. Please write to the seller.

cancel-order = Cancel this order
cancel-heading = Cancel order { $order }?
cancel-what = The offer ends at once, whatever was set aside for you is free for others, and the seller is told. Your code still opens the order until its time is over.
cancel-late = If you have sent the payment already, do not cancel. Money that comes afterwards is late: it is found, and the seller decides whether to send the goods or the money back.
cancel-do = Cancel the order
cancel-money-seen = Money for this order was seen, so it cannot be cancelled here any more. Please write to the seller.
cancel-ended = The offer has ended already. There is nothing left to cancel.

forget-order = Forget this order
forget-heading = Forget order { $order }?
forget-destroys = This destroys what the server keeps: the sealed order, where its payment stands, and what the seller said about it. Your code opens nothing after that. It cannot be undone.
forget-remains = What remains: the sealed mails in the seller’s mailbox, which the seller alone can read; the payment on the chain, which everyone can see; and here, that its payment address was used and, for a time, the name of the payment, so that it cannot be counted twice.
forget-receipt = Without the record nobody can look up what was paid. Take the receipt along first if you may need it.
forget-digital = What you bought on this page is closed with it: download it, and write down your codes, first.
forget-gives-up = The seller still has money of yours: more than was due, or money that came late, for which nothing was sent. Without the record you cannot show that it is yours.
forget-do = Destroy the record
forget-payable = Not yet: the order can still be paid. Cancel it first.
forget-unsettled = Not yet: its payment is not settled. Money is on its way, too little came, or the chain took it back.
forget-owed = Not yet: the goods were gone, and the money has not been given back.
forget-undelivered = Not yet: a mail about it is still on its way into the seller’s mailbox. Please try again in a minute.
forgotten-heading = The order is forgotten
forgotten-what = This server has destroyed its record, and this browser has forgotten the way to it. The seller’s mails and the payment on the chain are not ours to destroy.

receipt-paid = Paid in block { $block }, { $when }.
receipt-refunded = The seller has marked it as refunded.
receipt-refund-to = Refunds go to
receipt-codes = Codes: { $name }

## The receipt

receipt-title = Receipt { $order }
receipt-heading = Receipt for order { $order }
receipt-at = Receipt for order { $order } at { $shop }
receipt-shop = Shop
receipt-placed = Placed
receipt-item = Item
receipt-sum = Sum
receipt-line = { $each } each, { $total } together
receipt-due = Due
receipt-tagged = The amount due is a little more than the total: its last digits name the order.
receipt-to = To
receipt-received = Received
receipt-sealed = You gave the address encrypted; only the seller can read it.
receipt-billed = Billed for
receipt-no-email = No email given.
receipt-note = Your note
receipt-seller = Seller
receipt-keep = Please keep this for your records.
receipt-print = Print it with your browser, or take it as text.
receipt-download = Download as text
receipt-back = Back to the order

## The letter the seller relays to the buyer

relay-subject = Your order { $order } at { $shop }
relay-thanks = Thank you for your order { $order } at { $shop }.
relay-handed-out = What you download is on your order page once your payment is confirmed.
relay-until = To be paid before
relay-paid = If you have paid already, there is nothing left to do.
relay-code = With your order code you can always read your order: open the shop, choose “Your order” and type the code. We do not have the code; keep it safe.

## Refusals

your-cart = Your cart
back-to-cart = Back to the cart
back-to-shop = Back to the shop
refused-gone = There is no such page
refused-gone-what = It may have been renamed, or sold and taken down. Everything we have is in the list of all products.
refused-unread = We could not read that
refused-unread-what = Something in the request was not as a page of this shop sends it. Please go back and try again.
refused-expired = Its time is over
refused-expired-what = This is not kept any more. Please start again.
refused-unpaid = This waits for a payment
refused-unpaid-what = Open your order to see what is due.
refused-busy = The shop is busy
refused-busy-what = Too many orders wait for their payment right now. Please try again in an hour or so. Your cart is kept.
refused-down = This does not work right now
refused-down-what = A part of the shop does not answer. Nothing was lost, and nothing was ordered. Please try again in some minutes.
refused-closed = No orders right now
refused-closed-what = The shop takes no orders at the moment. Its prices stand, your cart is kept, and what you ordered before is safe. Please try again later.
refused-unseen = No orders in this currency right now
refused-unseen-what = The shop has not been able to see payments in it for hours, so it takes no new orders in it. The seller knows. Your cart is kept, and what you have paid already is not lost: it is found when the shop can see again. Please try again later, or choose another currency in the cart if there is one.
refused-unread-chain = No orders just yet
refused-unread-chain-what = The shop has not reached the payment network since it opened, and would not see your payment. Nothing was ordered, and your cart is kept. Please try again in some minutes.
refused-denied = This is not allowed
refused-denied-what = The request did not come from a page of this shop, so nothing was done. If you sent a form here, please use Tor Browser as it comes, and try again.
refused-bug = Something went wrong here
refused-bug-what = It is our fault, and nothing was ordered. Please try again later.
refused-method = This cannot be done here
refused-method-what = The page exists, but not for this kind of request. Please go back and try again.
refused-large = That was too much at once
refused-large-what = The form was longer than the shop takes. Please go back and shorten it.
refused-address = This address is too long
refused-address-what = No page of this shop has such a long address.
refused-head = The browser sent too much
refused-head-what = There were more headers than this shop reads. Please use Tor Browser as it comes.
refused-stale = This form is too old
refused-stale-what = It was open too long, or belongs to a cart or an order that was closed since. Nothing was done. Please open the page again and repeat what you did.
refused-name = Misdirected
refused-name-what = This request is for somebody else.
refused-proxy = Please use Tor Browser
refused-proxy-what = You came through a proxy that can read and change everything you do here.
refused-crowding = Slow down, please
refused-crowding-what = Too many requests at once. Wait a minute, then reload.
