"""What has to be there before the blocks of each document run, and the blocks in their order.

A new document has a function here, named in PAGES. It takes each block that is marked `run by:
maint/run-blocks`, in whatever order makes sense, and must take all of them.
"""

import json
import shutil

import first
from blocks import ROOT
from node import Node


def running(world, blocks):
    world.machine("shop")
    world.new_shop()
    world.serve("my-shop")
    world.buy()
    world.type(blocks.take("Try it before it is open to others"))
    world.type(blocks.take("Is the shop healthy?"))
    world.mails(1)
    world.machine("home")
    world.run("gpg --batch --import ../shop/my-shop-seller/secret.asc && cp ../shop/my-shop/mailorders/root .")
    world.type(blocks.take("Read at home"))
    world.machine("shop")
    world.type(blocks.take("On the server"))
    world.buy()
    world.pay()
    world.type(blocks.take("Send"), typed="It left today.\n")
    owed_wholly, owed_a_part = money_to_give_back(world)
    world.number, world.places["M3XB-0H5T"] = owed_wholly, owed_a_part
    world.type(blocks.take("Give money back"))
    world.type(blocks.take("Stock"))
    claims(world, blocks.take("Answer `REVIEW`"))
    world.serve("my-shop", healthy=False)
    world.type(blocks.take("Shipping: shipping.toml"))
    world.type(blocks.take("Discount codes"))


def claims(world, block):
    """Two orders in real Ether whose buyers name payments of other amounts."""
    world.close()
    world.own_key()
    world.set("ether", "wallet", '"0x52908400098527886E0F7030069857D2E4169EE7"')
    world.set("ether", "nodes", f'["{Node.ADDRESS}"]')
    with Node() as node:
        world.serve("my-shop")
        orders = []
        for amount in ("0.01", "0.009"):
            orders.append(world.buy(shirt={"id": "layers", "option": "Medium", "quantity": "1"}))
            address, _ = world.due()
            world.claim(node.pay(address, amount))
        world.number, world.places["M3XB-0H5T"] = orders
        world.type(block)
        world.close()


def money_to_give_back(world):
    """Two orders: one that was paid when the goods were gone, and one that was overpaid."""
    world.run("cryptocart stock set hash-range 2")
    orders = [world.buy() for _ in range(3)]
    world.number = orders[0]
    world.run(f"cryptocart demo pay {orders[0]} --amount 1 && cryptocart demo mine 2")
    world.becomes("over ")
    for world.number in orders[1:]:
        world.pay()
    return orders[2], orders[0]


def a_month(world, blocks):
    world.new_shop()
    world.serve("my-shop")
    paid = world.buy()
    world.pay()
    world.places["M3XB-0H5T"], _ = money_to_give_back(world)
    world.number = paid
    (world.at / "more-addresses.txt").write_text(first.ADDRESSES)
    for block in blocks:
        world.type(block)


def install_debian(world, blocks):
    """The page's one block that is typed at home."""
    world.machine("SERVER")
    world.new_shop()
    world.serve("my-shop")
    world.buy()
    world.mails(1)
    world.run("cp my-shop/mailorders/root orders.mbox")
    world.machine("home")
    world.run("mkdir Mail; gpg --batch --import ../SERVER/my-shop-seller/secret.asc")
    world.instead["mutt -f orders.mbox"] = lambda: world.on_terminal(["mutt", "-n", "-f", "orders.mbox"], "Msgs:", "q")
    world.type(blocks.take("Read your orders"))


def backup(world, blocks):
    server = world.machine("shop")
    world.new_shop()
    world.own_key(of="home")
    (server / "my-shop/digital").mkdir()
    (server / "my-shop/digital/gifts.txt").write_text("".join(f"GIFT-{n:04}\n" for n in range(15)))
    world.sell({"gift": {"name": "Gift card", "price": 20000000, "digital": {"codes": "gifts.txt"}}})
    world.serve("my-shop")
    world.buy()
    world.mails(1)
    (world.folder / "backups").mkdir()
    world.places["/srv/backups"] = str(world.folder / "backups")
    world.type(blocks.take("Make a backup"))
    world.machine("home")
    world.type(blocks.take("Make a backup"))
    world.machine("server")
    world.close()
    world.machine("home")
    world.type(blocks.take("Restore"))
    world.machine("server")
    world.serve("--after-loss", "my-shop")
    world.type(blocks.take("Restore"))
    world.close()
    # Where the key is, and in an empty folder.
    (world.machine("home") / "my-shop").mkdir()
    world.at = world.at / "my-shop"
    shutil.move(world.at.parent / "my-shop.pgp", world.at)
    (world.at / ".gnupg").symlink_to(world.at.parent / ".gnupg")
    world.type(blocks.take("In an emergency, without cryptocart"))
    (world.at / "my-shop/state/shop.db").stat()
    world.machine("home")


def catalogue(world, blocks):
    whole, dollars, words, digital = blocks
    shop = world.machine("home") / "my-shop"
    world.new_shop()
    catalog = (shop / "catalog.json").read_text()
    (shop / "catalog.json").write_text("\n".join(dollars.lines))
    world.check()
    (shop / "catalog.json").write_text(catalog)
    for name in ("hoodie", "hoodie-back", "hoodie-sand"):
        shutil.copy(shop / "images/layers.jpg", shop / f"images/{name}.jpg")
    (shop / "catalog.json").write_text("\n".join(whole.lines))
    with (shop / "words.fr-CA.toml").open("w") as file:
        file.write("\n".join(words.lines) + "\n")
    world.check()
    (shop / "digital").mkdir()
    (shop / "digital/patient-buyer.epub").write_text("a book")
    (shop / "digital/gift-cards.txt").write_text("GIFT-0001\n")
    products = json.loads(f"[{' '.join(digital.lines)}]")
    world.sell({f"product-{n}": product for n, product in enumerate(products)})
    world.check()


def assets(world, blocks):
    built_in, others, tee, commands = blocks
    world.new_shop()
    for tokens in (others, built_in):
        world.set("assets", "tokens", "".join(tokens.lines[1:]).removeprefix("tokens = "))
        world.check()
    world.sell(json.loads("\n".join(tee.lines))["products"])
    world.check()
    world.serve("my-shop")
    world.buy(shirt={"id": "tee", "quantity": "1"}, currency="USDC")
    world.type(commands)


def theming(world, blocks):
    theme = world.machine("home") / "my-shop/theme"
    world.new_shop()
    world.run("cryptocart theme new my-shop")
    (theme / "extra.css").write_text("\n".join(blocks.take("extra.css").lines))
    world.run("cryptocart theme check my-shop")


def order_format(world, blocks):
    world.new_shop()
    world.serve("my-shop")
    world.buy()
    world.mails(1)
    world.run("gpg --batch --import my-shop-seller/secret.asc")
    world.type(blocks.take("Where it is"))


def verify(world, blocks):
    home = world.machine("home")
    shutil.copy(ROOT / "crates/cryptocart/src/cli/verify/statement.txt", home)
    page = (ROOT / "docs/verify.md").read_text()
    (home / "known.txt").write_text(page.split("```text\n")[1].split("```")[0])
    for block in blocks:
        world.type(block)


def attestor(world, blocks):
    world.machine("home")
    world.type(blocks.take("Set it up"))
    world.type(blocks.take("Send what is due"))


PAGES = {
    "docs/attestor.md": attestor,
    "docs/verify.md": verify,
    "docs/install-source.md": first.from_source,
    "docs/first-shop.md": first.shop,
    "docs/running.md": running,
    "docs/first-start.md": first.start,
    "docs/install-debian.md": install_debian,
    "docs/a-month.md": a_month,
    "docs/backup.md": backup,
    "docs/catalogue.md": catalogue,
    "docs/assets.md": assets,
    "docs/theming.md": theming,
    "docs/order-format.md": order_format,
}
