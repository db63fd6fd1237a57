# كل ما يقوله البرنامج للمشترين، بالعربية الفصحى وبالأرقام اللاتينية.
# Amounts are kept from left to right with U+2066 and U+2069: `0.05 ETH` would turn around in a line of Arabic.

## المبالغ والساعات

amount = { "\u2066" }{ $whole }.{ $fraction } { $code }{ "\u2069" }
amount-whole = { "\u2066" }{ $whole } { $code }{ "\u2069" }
hour =
    { $day } { $month ->
        [1] يناير
        [2] فبراير
        [3] مارس
        [4] أبريل
        [5] مايو
        [6] يونيو
        [7] يوليو
        [8] أغسطس
        [9] سبتمبر
        [10] أكتوبر
        [11] نوفمبر
       *[12] ديسمبر
    } { $year }، الساعة { $hour }:00 بالتوقيت العالمي
list-separator = { "، " }
line-item = { $count } × { $item }
item-option = { $name }، { $option }
labelled = { $label }: { $value }

## في كل صفحة

skip = انتقل إلى المحتوى
demo-mark = تجربة
demo-words = لم يُفتح هذا المتجر بعد: الدفع فيه محاكاة. لا ترسل مالًا.
nav-shop = المتجر
nav-about = عن المتجر
nav-languages = اللغة
nav-categories = الأقسام
nav-where = موقعك في المتجر
nav-pages = صفحات القائمة
search = بحث
search-for = ابحث عن منتج
all-products = كل المنتجات
cart = السلة
your-order = طلبك
pgp-key = مفتاح PGP الخاص بنا
promise = لا حساب ولا برامج نصية ولا تتبّع.
questions = لديك سؤال؟ اكتب إلى { $contact }
contact-elsewhere = العنوان الذي أعطاك إياه البائع

## المنتجات

board-empty = لا توجد منتجات بعد. عُد قريبًا من فضلك.
list-empty = لا يوجد شيء هنا بعد. عُد قريبًا من فضلك.
ribbon-sold = نفد
ribbon-new = جديد
few-left = الكمية محدودة
in-stock = متوفر
option-sold = نفد
price-from = ابتداءً من { $price }
digital-what = لا يُرسل شيء: تجده في صفحة طلبك فور تسوية الدفع.
digital-too = بعض الخيارات لا تُرسل: تجدها في صفحة طلبك فور تسوية الدفع.
related = يناسبه أيضًا
see-all = عرض جميع المنتجات ({ $count })
sold-out = نفدت الكمية.
product-picture = { $name }، الصورة { $at } من { $of }
shipping-included = السعر يشمل الشحن.
adds-shipping = يُضاف الشحن في السلة.
adds-tax = تُضاف الضريبة في السلة حيث تُستحق.
adds-both = يُضاف الشحن في السلة، وكذلك الضريبة حيث تُستحق.
option = الخيار
quantity = الكمية
add = أضف إلى السلة
add-named = أضف إلى السلة: { $name }
in-categories = في
next-item = المنتج التالي: { $name }
to-first-page = العودة إلى الصفحة الأولى
found =
    { $count ->
        [zero] لا منتجات
        [one] منتج واحد
        [two] منتجان
        [few] { $count } منتجات
        [many] { $count } منتجًا
       *[other] { $count } منتج
    }
found-nothing = لا نتائج لـ«{ $search }». جرّب كلمات أقل أو كلمات أخرى.
narrow = تضييق القائمة
narrow-none = عرض الكل
narrow-price = السعر
narrow-price-below = أقل من { $to }
narrow-price-between = من { $from } إلى { $to }
narrow-price-above = { $from } فأكثر
narrowed-to-nothing = لا شيء هنا يطابق ذلك.
only-in-stock = المتوفر فقط
sort-by = الترتيب
sort-best = الأنسب
sort-featured = المميّز
sort-newest = الأحدث
sort-price-up = الأرخص
sort-price-down = الأغلى
sort-name = حسب الاسم
page = صفحة
page-before = السابقة
page-after = التالية

## السلة

cart-heading = سلتك
cart-empty = سلتك فارغة.
cart-look = شاهد ما لدينا
items = المنتجات
price-each = { $price } للقطعة
quantity-of = كمية { $name }
change = تغيير
change-named = تغيير كمية { $name }
remove = إزالة
remove-named = إزالة { $name }
total = المجموع
pay-with = الدفع بعملة
switch = تبديل
cart-terms = لا تحتاج إلى حساب.
check-out = إتمام الطلب
continue-shopping = متابعة التسوق
cart-unknown = لم يعد هذا المنتج في المتجر.
cart-sold = نفدت الكمية من { $name }.
cart-option = يُرجى اختيار أحد خيارات { $name }.
cart-too-many = يمكن طلب { $most } من { $name } على الأكثر في المرة الواحدة.
cart-full =
    { $most ->
        [few] تتسع السلة لـ{ $most } منتجات مختلفة. يُرجى إتمام هذا الطلب أولًا.
       *[other] تتسع السلة لـ{ $most } منتجًا مختلفًا. يُرجى إتمام هذا الطلب أولًا.
    }
cart-sum = لا يمكن جمع أسعار هذه السلة.
cart-no-price = ليس لكل ما في السلة سعر بعملة { $currency }.
cart-quantity = يُرجى إدخال كمية من 1 إلى { $most }.
cart-currency = لا يمكن دفع ثمن هذه السلة بذلك. يُرجى اختيار عملة أخرى.

## الحساب

percent = { "\u2066" }{ $whole }.{ $fraction }%{ "\u2069" }
percent-whole = { "\u2066" }{ $whole }%{ "\u2069" }
bill-goods = المنتجات
bill-discount = الخصم
bill-discount-percent = الخصم ({ $percent })
bill-shipping-free = خصمك يجعل الشحن مجانيًا.
bill-shipping = الشحن: { $name }
bill-tax = { $name } ({ $percent })
bill-tax-inside = ضمن المجموع: { $name } ({ $percent })
bill-so-far = المجموع حتى الآن
bill-send-to = الشحن إلى
bill-country = البلد
bill-choose = يُرجى الاختيار
bill-update = تحديث
bill-ways = طريقة الشحن
bill-update-way = اختيار هذه الطريقة
bill-code = رمز الخصم
bill-use-code = استخدام الرمز
bill-remove-code = إزالة الخصم
bill-wrong-code = لا يوجد خصم لهذا الطلب بهذا الرمز الآن.
bill-code-no-better = لن يقلّ الإجمالي بهذا الرمز، لذلك لم يُستعمل. لكل طلب خصم واحد.
bill-code-over = لم يعد الخصم ساريًا على هذا الطلب، وقد أُزيل.
bill-unknown-country = يُرجى اختيار أحد البلدان من القائمة.
bill-unknown-rate = يُرجى اختيار إحدى طرق الشحن.
bill-say-country = يُرجى تحديد وجهة الشحن، فالمجموع يتوقف عليها.
bill-say-country-tax = يُرجى تحديد البلد الذي أنت فيه، فالضريبة تتوقف عليه.
bill-say-region = يُرجى تحديد المقاطعة أو الولاية أو المنطقة، فالمجموع يتوقف عليها.
bill-not-served = لا نشحن هذا الطلب إلى { $place }.
bill-no-rate-in = لا يمكن دفع الشحن إلى هناك بعملة { $currency }. يُرجى اختيار عملة أخرى أو وجهة أخرى.
bill-no-rate = لا يمكن شحن هذه الكمية إلى هناك في طلب واحد. يُرجى طلب كمية أقل في المرة الواحدة.
bill-below-minimum = يجب ألا تقل قيمة منتجات الطلب عن { $minimum }.
bill-nothing-to-pay = لا شيء يُدفع مقابل هذه السلة، لذلك لا يمكن طلبها هنا.
bill-too-few = ما بقي من { $name } أقل مما في سلتك. يُرجى تقليل الكمية.
bill-change-place = تغيير وجهة الشحن
bill-nothing-sent = لا يُشحن شيء من هذا الطلب، فلا حاجة إلى عنوان.

## ملف تعريف ارتباط لم يعد

lost-heading = لم يحتفظ متصفحك بملف تعريف الارتباط
lost-what = سلتك والطريق إلى طلبك محفوظان في ملف تعريف ارتباط مختوم في متصفحك، ولا يوجدان في أي مكان آخر. أعطينا متصفحك ملفًا للتو ولم يعد إلينا. أو أنه كان قديمًا: السلة تبقى يومًا واحدًا، والطلب المفتوح ساعة واحدة.
lost-why = متصفح Tor يحتفظ بهذه الملفات في كل مستويات الأمان، حتى أعلاها. أما المتصفحات الأخرى فترفضها في صفحات onion. يُرجى استخدام متصفح Tor كما هو، والسماح بملفات تعريف الارتباط لهذه الصفحة، ثم المحاولة من جديد.
see-all-products = شاهد كل المنتجات
enter-code = أدخل رمز طلب

## إتمام الطلب

checkout-title = إتمام الطلب
checkout-heading = إلى أين نرسله؟
checkout-again = يُرجى مراجعة ما يلي
checkout-stale = بقيت هذه الصفحة مفتوحة مدة طويلة. يُرجى مراجعتها وإرسالها من جديد.
checkout-quick = وصل النموذج أسرع مما يُكتب عنوان. يُرجى مراجعته وإرساله مرة أخرى.
checkout-changed = تغيّرت الفاتورة منذ أن رأيتها: سعر أو قاعدة أو سلتك. لم يُطلب شيء. يُرجى مراجعتها مرة أخرى.
checkout-lower = إنقاص واحد من { $name }
checkout-lowered = نقص طلبك قطعة واحدة. يُرجى النظر في الفاتورة وإرساله مرة أخرى.
checkout-waits =
    { $minutes ->
        [one] تُقدَّم الآن طلبات كثيرة. لم يضِع شيء مما كتبته؛ يُرجى إرساله مرة أخرى بعد دقيقة.
       *[other] تُقدَّم الآن طلبات كثيرة. لم يضِع شيء مما كتبته؛ يُرجى إرساله مرة أخرى بعد نحو { $minutes } دقائق.
    }
queue = لحظة من فضلك
queue-what =
    { $minutes ->
        [one] تُقدَّم الآن طلبات كثيرة. يأتي دورك خلال دقيقة؛ تنتقل هذه الصفحة وحدها، وسلتك محفوظة.
       *[other] تُقدَّم الآن طلبات كثيرة. يأتي دورك خلال نحو { $minutes } دقائق؛ تنتقل هذه الصفحة وحدها، وسلتك محفوظة.
    }
queue-look = انظر الآن
checkout-missing = يُرجى ملء: { $fields }.
checkout-sealing = ما تكتبه هنا يُختم بمفتاح البائع قبل حفظه. ولا يستطيع هذا الخادم قراءته بعد ذلك.
ship-to = الشحن إلى
recipient = المستلم
street = الشارع والرقم
postcode = الرمز البريدي
city = المدينة
province = المقاطعة أو الولاية أو المنطقة
country = البلد
sealed-instead = أو أعطِ العنوان مشفّرًا مسبقًا
sealed = العنوان مشفّرًا بمفتاح البائع
sealed-hint = شفّر عنوانك بمفتاحنا، والصق هنا كتلة PGP MESSAGE كاملةً، واترك حقول العنوان فارغة.
contact = التواصل
contact-yes = يمكن للبائع أن يكتب إليّ بشأن هذا الطلب
email = البريد الإلكتروني
email-hint = غير ضروري: يمكنك دائمًا قراءة طلبك هنا. إذا أعطيت بريدًا، فسيرد البائع يدويًا عبر خدمة بريد مجهولة.
note = كلمة إلى البائع
place-order = تأكيد الطلب
place-order-hint = سترى في الصفحة التالية كيف تدفع.
change-cart = تغيير السلة
field-missing = يُرجى ملء هذا الحقل.
field-long =
    { $most ->
        [few] هذا أطول من { $most } أحرف.
        [many] هذا أطول من { $most } حرفًا.
       *[other] هذا أطول من { $most } حرف.
    }
field-no-email = طلبت أن يُكتب إليك: يُرجى إدخال بريد إلكتروني أو إلغاء الاختيار.
field-not-an-email = هذا لا يشبه بريدًا إلكترونيًا، مثل name@example.org
field-not-armored = هذه ليست رسالة مشفّرة. الصق كتلة PGP MESSAGE كاملةً، أو اترك الخانة فارغة واملأ العنوان.
field-twice = أعطِ العنوان إما مشفّرًا وإما في الحقول، لا كليهما.

## رمز الطلب

order-heading = الطلب { $order }
fresh-heading = شكرًا لك. احتفظ بهذا الرمز.
fresh-placed = سُجّل طلبك { $order } وهو في انتظار الدفع. هذا الرمز هو الطريق الوحيد للعودة إليه:
fresh-keep = اكتبه على ورقة أو احفظه في برنامج لإدارة كلمات المرور. يظهر هذه المرة فقط؛ وهو ليس لدينا ولا يمكننا إرساله ثانيةً. كل من لديه الرمز يستطيع قراءة طلبك.
fresh-kept = كتبته: أرني كيف أدفع
enter-unknown = لا يفتح هذا الرمز أي طلب
enter-unknown-why = قارنه حرفًا حرفًا. إن كان صحيحًا فقد حُذف الطلب لأن مدته انتهت، أو لأن من لديه هذا الرمز جعل المتجر ينساه؛ وإن أثار ذلك استغرابك فاكتب إلى البائع.
enter-length = هنا { $count } من الحروف، ورمز الطلب 27 حرفًا.
enter-mistyped = فيه حرف خاطئ أو ناقص: لا يُكتب رمز طلب هكذا. قارن حرفًا حرفًا.
order-code = رمز الطلب
order-code-hint = 27 حرفًا، مثل { $example }، وقد يكون آخرها علامة مثل * أو $. لا فرق بين الحروف الكبيرة والصغيرة، ولا تهم الشرطات.
enter-show = أظهر طلبي
enter-where = ظهر الرمز عند تسجيل الطلب. وهو ليس لدى المتجر ولا يمكنه إرساله ثانيةً.

## الطلب

order-state = الحالة
confirmations = التأكيدات
confirmations-of = { $have } من { $needs }
payment = الدفع
how-to-pay = كيف تدفع
qr-alt = رمز QR فيه المبلغ وعنوان الدفع
send-exactly = أرسل بالضبط
to-address = إلى عنوان { $asset } هذا
before = قبل
do-not-round = الأرقام الأخيرة من المبلغ تدل على طلبك. يُرجى عدم تقريبه.
pay-mainnet = على شبكة إيثريوم الرئيسية وحدها، ورسوم الشبكة تُضاف فوقه: يجب أن يصل هذا المبلغ بالضبط.
pay-chain = على الشبكة ذات المعرّف { $id } وحدها، ورسومها تُضاف فوقه: يجب أن يصل هذا المبلغ بالضبط.
pay-fee = رسوم الشبكة تُضاف فوقه: يجب أن يصل هذا المبلغ بالضبط.
demo-how = هذه تجربة: حاكِ الدفع في الطرفية بالأمر
check-now = تحقّق الآن
reload-stop = أوقف إعادة التحميل التلقائية
reload-start = دع هذه الصفحة تعيد التحميل تلقائيًا
claim-heading = دفعت ولم يظهر الدفع؟
transaction-id = معرّف المعاملة
look-up = ابحث عنه
receipt = الإيصال
close-order = أغلق هذا الطلب
close-order-hint = الإغلاق يجعل هذا المتصفح ينسى الطلب. ورمزك يفتحه من جديد.
claim-not-an-id = هذا ليس معرّف معاملة. تعرضه محفظتك في تفاصيل الدفع.
claim-known = معرّف المعاملة هذا معروف لدينا.
claim-too-many = تجاوز هذا عدد معرّفات المعاملات المسموح به. يُرجى الكتابة إلى البائع.
claim-pending = نبحث عنه. يُرجى التحقق ثانيةً بعد دقيقة.
claim-found = وُجد: وهو محسوب لهذا الطلب.
claim-not-found = لا تعرفه السلسلة، أو لا تعرفه بعد. يمكنك المحاولة لاحقًا.
claim-not-ours = هو دفعة لشخص آخر.
claim-failed = فشلت المعاملة: لم تنفّذها السلسلة.
claim-counted = هو محسوب لطلب آخر.
claim-too-old = هو أقدم من هذا الطلب.

state-awaiting = في انتظار دفعتك
state-awaiting-what = لم نرها بعد. قد تمر بضع دقائق بعد إرسالها حتى تظهر هنا.
state-seen = نرى دفعتك
state-seen-what = المبلغ { $paid } في الطريق. لم يدخل بعد في كتلة من السلسلة.
state-confirming = يجري تأكيد دفعتك
state-confirming-what = وصل { $paid }. التأكيدات { $have } من { $needs } لازمة؛ لا حاجة إلى الانتظار هنا.
state-short = المبلغ ناقص
state-short-what = وصل { $paid } وبقي { $missing }. يُرجى إرسال الباقي.
state-short-claim = ثم أدخل معرّف معاملته أدناه لنعرف أنها منك.
state-short-ended = انتهى العرض والمبلغ ناقص
state-short-ended-what = وصل { $paid } ونقص { $missing }، وانتهى العرض: { $until }. يُرجى ألا ترسل الباقي؛ وما أرسلته في الوقت فسيُعثر عليه.
state-short-ended-refund = الطلب في قائمة ما يُعيده البائع من مال، أو سيكون فيها قريبًا: يُرجى أن تذكر أدناه إلى أين يُعاد المال.
state-settled = تم الدفع. شكرًا لك!
state-settled-what = لدى البائع كل ما يلزم لإرسال طلبك.
state-settled-digital = ما اشتريته موجود في هذه الصفحة.
state-over = تم الدفع، وزيادة
state-over-what = وصل { $over } زيادة على المستحق. البائع يعلم؛ يُرجى أن تذكر أدناه إلى أين يُعاد الفرق.
state-difference-back = أُعيد الفرق.
state-expired = انتهى هذا العرض
state-expired-what = لم يظهر شيء حتى { $until }. يُرجى ألا تدفع بعد الآن، بل اطلب من جديد. وإن كنت قد دفعت في الوقت المحدد فسيُعثر على الدفعة.
state-late = دُفع بعد انتهاء العرض
state-late-what = وصل { $paid }، لكن بعد { $until }. القرار للبائع: أن يرسل البضاعة أو يعيد المال.
state-reversed = استرجعت السلسلة دفعتك
state-reversed-what = كان { $lost } قد وصل ثم اختفى: أُعيد تنظيم السلسلة، أو أُنفق المال مرتين. إذا عادت الدفعة حُسبت من جديد. وإلا فاكتب إلى البائع.

## صفحة الطلب: مساره وبضاعته ونهايته

timeline = مسار هذا الطلب
step-is-done = تم
step-is-now = الآن
step-is-next = لم يحن بعد
step-placed = سُجّل الطلب
step-cancelled = ألغيته أنت
step-ended = انتهى العرض
step-seen = ظهرت الدفعة
step-short = وصل مبلغ ناقص
step-gone = نفدت البضاعة
step-confirming = أكدته السلسلة
step-paid = تم الدفع
step-reversed = استرجعته السلسلة
step-sent = أُرسل
step-delivered = وصل إليك
step-refunded = أُعيد المال
step-difference = أُعيد الفرق

goods-aside = البضاعة محجوزة لك حتى { $until }.
goods-open = البضاعة غير محجوزة: هي لمن يدفع أولًا.
state-gone = لا تدفع: نفدت البضاعة
state-gone-what = دفع آخرون ثمن آخرها قبلك. لم تخسر شيئًا؛ يُرجى إلغاء هذا الطلب. وإن عاد منها شيء والطلب مفتوح، فستعرض هذه الصفحة كيفية الدفع من جديد.
state-gone-rest = لا ترسل الباقي: نفدت البضاعة
state-gone-rest-what = وصل { $paid }، وكان آخرون قد دفعوا ثمن آخر البضاعة قبل ذلك. يُرجى أن تذكر أدناه إلى أين يُعاد المال، وأن تكتب إلى البائع.
state-missed-soon = دفع آخرون ثمن آخر البضاعة قبلك. وعندما تتأكد دفعتك يدخل الطلب قائمة المبالغ التي سيعيدها البائع.
state-missed = تم الدفع، لكن البضاعة نفدت
state-missed-what = دفع آخرون ثمن آخرها قبلك. الطلب في قائمة المبالغ التي سيعيدها البائع: يُرجى أن تذكر أدناه إلى أين يُعاد المال. وإن عادت بضاعة قبل ذلك فستُحفظ لك.
state-refunded = أُعيد المال
state-refunded-what = سجّل البائع أن مال هذا الطلب أُعيد. اكتب إليه إن لم يصل شيء.
state-sent = أُرسل
state-sent-what = يقول البائع إن طلبك في الطريق.
state-delivered = وصل
state-delivered-what = يقول البائع إن طلبك وصل.
state-cancelled = ألغيت هذا الطلب
state-cancelled-what = يُرجى ألا تدفع ثمنه بعد الآن. وإن جاء مال رغم ذلك عُدّ متأخرًا: يُعثر عليه، والقرار للبائع أن يرسل البضاعة أو يعيد المال.
state-late-cancelled = دُفع بعد أن ألغيت
state-late-cancelled-what = وصل { $paid } مع أنك ألغيت الطلب. القرار للبائع: أن يرسل البضاعة أو يعيد المال.

said-heading = من البائع
said-note = ملاحظة
said-closed = هنا كلمات لا يفتحها رمزك. يُرجى الكتابة إلى البائع.

digital-heading = لك وحدك
digital-soon = يظهر هنا ما اشتريته فور تسوية الدفع.
digital-late = وصل الدفع متأخرًا. يظهر هنا ما اشتريته إذا قرر البائع تسليمه.
digital-reversed = مغلق: استعادت السلسلة الدفع. يُفتح من جديد إذا عاد الدفع.
digital-refunded = مغلق: أُعيد المال.
digital-begin = تنزيل
digital-begin-named = تنزيل { $name }
digital-again = جلبه مرة أخرى
digital-again-named = جلبه مرة أخرى: { $name }
digital-left =
    { $left ->
        [one] يمكنك تنزيله مرة واحدة حتى { $closes }.
        [two] يمكنك تنزيله مرتين حتى { $closes }.
        [few] يمكنك تنزيله { $left } مرات حتى { $closes }.
       *[other] يمكنك تنزيله { $left } مرة حتى { $closes }.
    }
digital-open = بدأ التنزيل. يمكنك حتى { $until } جلبه مرة أخرى أو إكماله من حيث انقطع، ويُحسب مرة واحدة.
digital-used-up = نزّلته بعدد المرات التي اشتريتها. إذا احتجت إليه مرة أخرى فاكتب إلى البائع.
digital-closed = انتهى وقت تنزيله في { $since }. إذا احتجت إليه فاكتب إلى البائع.
digital-gone = الملف غير موجود الآن. لم يُحسب شيء، يُرجى الكتابة إلى البائع.
digital-owed = على البائع أن يضيف رموزًا أولًا، وقد أُبلغ بذلك. تظهر هنا.
size-kilo = { "\u2066" }{ $whole } kB{ "\u2069" }
size-mega = { "\u2066" }{ $whole }.{ $tenth } MB{ "\u2069" }

refund-heading = إن أُعيد إليك مال
refund-name = اذكر إلى أين يُعاد
refund-other = اذكر عنوانًا آخر
refund-label = عنوان { $asset } الخاص بك
refund-hint = عنوان من محفظتك أنت. وهو يُختم للبائع ولرمز طلبك.
refund-keep = احفظ هذا العنوان
refund-kept = يعرف البائع هذا العنوان:
refund-noted = حُفظ، وأُبلغ البائع.
refund-compare = حُفظ، وأُبلغ البائع. العنوان كما كتبته بلا مجموع تحقق: يُرجى مقارنته حرفًا حرفًا.
refund-not-an-address = هذا ليس عنوان { $asset }. تعرض محفظتك عنوانًا عند «الاستلام».
refund-checksum = الأحرف الكبيرة في عنوان { $asset } هذا هي مجموع تحققه، وهي لا تطابقه: تغيّر حرف في الطريق. يُرجى نسخه من جديد.
refund-nobody = لا يملك أحد عنوان { $asset } هذا: ما يُرسل إليه يضيع.
refund-ours = هذا هو العنوان الذي تدفع إليه. يُرجى إعطاء عنوان لك.
refund-too-often = تغيّر العنوان مرات كثيرة. يُرجى الكتابة إلى البائع.

cancel-order = ألغِ هذا الطلب
cancel-heading = أتلغي الطلب { $order }؟
cancel-what = ينتهي العرض فورًا، ويصبح ما كان محجوزًا لك متاحًا لغيرك، ويُبلَّغ البائع. ويبقى رمزك يفتح الطلب حتى تنتهي مدته.
cancel-late = إن كنت قد أرسلت الدفعة فلا تلغِ. المال الذي يصل بعد ذلك متأخر: يُعثر عليه، والقرار للبائع أن يرسل البضاعة أو يعيد المال.
cancel-do = إلغاء الطلب
cancel-money-seen = ظهر مال لهذا الطلب، فلا يمكن إلغاؤه هنا بعد الآن. يُرجى الكتابة إلى البائع.
cancel-ended = انتهى العرض من قبل. لم يبقَ ما يُلغى.

forget-order = انسَ هذا الطلب
forget-heading = أننسى الطلب { $order }؟
forget-destroys = يُتلف ما يحفظه هذا الخادم: الطلب المختوم، وحال دفعته، وما قاله البائع عنه. ولا يفتح رمزك شيئًا بعد ذلك. ولا رجعة فيه.
forget-remains = ما يبقى: الرسائل المختومة في صندوق بريد البائع، وهو وحده يستطيع قراءتها؛ والدفعة على السلسلة، ويراها الجميع؛ وهنا أن عنوان الدفع قد استُعمل، واسم الدفعة مدةً من الزمن حتى لا تُحسب مرتين.
forget-receipt = من دون السجل لا يستطيع أحد أن يعرف ما دُفع. خذ الإيصال أولًا إن كنت قد تحتاج إليه.
forget-digital = يُغلق معه ما اشتريته في هذه الصفحة: نزّله أولًا ودوّن رموزك.
forget-do = إتلاف السجل
forget-payable = ليس بعد: ما زال دفع الطلب ممكنًا. ألغِه أولًا.
forget-unsettled = ليس بعد: لم تُسوَّ دفعته. المال في الطريق، أو وصل ناقصًا، أو استرجعته السلسلة.
forget-owed = ليس بعد: نفدت البضاعة ولم يُعَد المال.
forget-undelivered = ليس بعد: رسالة بشأنه ما زالت في الطريق إلى صندوق بريد البائع. يُرجى المحاولة بعد دقيقة.
forgotten-heading = نُسي الطلب
forgotten-what = أتلف هذا الخادم سجله، ونسي هذا المتصفح الطريق إليه. أما رسائل البائع والدفعة على السلسلة فليس لنا أن نتلفها.

receipt-paid = دُفع في الكتلة { $block }، { $when }.
receipt-refunded = سجّل البائع أن المال أُعيد.
receipt-refund-to = يُعاد المال إلى
receipt-codes = رموز: { $name }

## الإيصال

receipt-title = إيصال { $order }
receipt-heading = إيصال الطلب { $order }
receipt-at = إيصال الطلب { $order } من { $shop }
receipt-shop = المتجر
receipt-placed = تاريخ الطلب
receipt-item = المنتج
receipt-sum = المبلغ
receipt-line = { $each } للقطعة، { $total } معًا
receipt-due = المستحق
receipt-tagged = المبلغ المستحق أكبر قليلًا من الإجمالي: أرقامه الأخيرة تدل على الطلب.
receipt-to = إلى
receipt-received = وصل
receipt-sealed = أعطيت العنوان مشفّرًا؛ البائع وحده يستطيع قراءته.
receipt-billed = احتُسبت الفاتورة على أساس
receipt-no-email = لم يُعطَ بريد إلكتروني.
receipt-note = كلمتك
receipt-seller = البائع
receipt-keep = يُرجى الاحتفاظ بهذا الإيصال.
receipt-print = اطبعه من متصفحك أو خذه نصًا.
receipt-download = تنزيل كنص
receipt-back = العودة إلى الطلب

## The letter the seller relays to the buyer

relay-subject = طلبك { $order } من { $shop }
relay-thanks = شكرًا على طلبك { $order } من { $shop }.
relay-handed-out = ما لا يُرسل تجده في صفحة طلبك حالما تُسوّى الدفعة.
relay-until = يُدفع قبل
relay-paid = إن كنت قد دفعت فلم يبقَ عليك شيء.
relay-code = برمز طلبك يمكنك دائمًا أن تقرأ طلبك: افتح المتجر واختر «طلبك» وأدخل الرمز. الرمز ليس عندنا؛ احفظه في مكان آمن.

## الرفض

your-cart = سلتك
back-to-cart = العودة إلى السلة
back-to-shop = العودة إلى المتجر
refused-gone = لا توجد صفحة كهذه
refused-gone-what = ربما تغيّر اسمها، أو بيع المنتج وأُزيل. كل ما لدينا في قائمة كل المنتجات.
refused-unread = لم نتمكن من قراءة ذلك
refused-unread-what = في الطلب شيء لا ترسله صفحات هذا المتجر هكذا. يُرجى الرجوع والمحاولة من جديد.
refused-expired = انتهت مدته
refused-expired-what = لم يعد هذا محفوظًا. يُرجى البدء من جديد.
refused-unpaid = هذا في انتظار دفعة
refused-unpaid-what = افتح طلبك لترى المستحق.
refused-busy = المتجر مشغول
refused-busy-what = طلبات كثيرة تنتظر الدفع الآن. يُرجى المحاولة بعد ساعة تقريبًا. سلتك محفوظة.
refused-down = هذا لا يعمل الآن
refused-down-what = جزء من المتجر لا يستجيب. لم يُفقد شيء ولم يُطلب شيء. يُرجى المحاولة بعد بضع دقائق.
refused-closed = لا طلبات الآن
refused-closed-what = لا يستقبل المتجر طلبات في هذا الوقت. الأسعار باقية وسلتك محفوظة وما طلبته من قبل في أمان. يُرجى المحاولة لاحقًا.
refused-denied = هذا غير مسموح
refused-denied-what = لم يأتِ الطلب من صفحة في هذا المتجر، ولذلك لم يُنفَّذ شيء. إن كنت قد أرسلت نموذجًا هنا فيُرجى استخدام متصفح Tor كما هو والمحاولة من جديد.
refused-bug = حدث خطأ هنا
refused-bug-what = الخطأ منا، ولم يُطلب شيء. يُرجى المحاولة لاحقًا.
refused-method = لا يمكن فعل ذلك هنا
refused-method-what = الصفحة موجودة، لكن ليس لهذا النوع من الطلبات. يُرجى الرجوع والمحاولة من جديد.
refused-large = هذا كثير دفعةً واحدة
refused-large-what = كان النموذج أطول مما يقبله المتجر. يُرجى الرجوع واختصاره.
refused-address = هذا العنوان طويل جدًا
refused-address-what = ليس لأي صفحة في هذا المتجر عنوان بهذا الطول.
refused-head = أرسل المتصفح أكثر من اللازم
refused-head-what = كان عدد الترويسات أكبر مما يقرؤه هذا المتجر. يُرجى استخدام متصفح Tor كما هو.
refused-stale = هذا النموذج قديم
refused-stale-what = بقي مفتوحًا مدة طويلة، أو يخص سلة أو طلبًا أُغلق منذ ذلك الحين. لم يُنفَّذ شيء. يُرجى الرجوع وإعادة تحميل الصفحة والمحاولة من جديد.
refused-name = وجهة خاطئة
refused-name-what = هذا الطلب موجّه إلى غيرنا.
refused-proxy = يُرجى استخدام متصفح Tor
refused-proxy-what = جئت عبر وسيط يستطيع قراءة كل ما تفعله هنا وتغييره.
refused-crowding = تمهّل من فضلك
refused-crowding-what = طلبات كثيرة في وقت واحد. انتظر دقيقة ثم أعد التحميل.
