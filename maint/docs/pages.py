"""What has to be there before the commands of each document run, and the commands in their order.

A new document has a function here, named in PAGES. It takes each block that is marked `run by:
maint/run-blocks`, in whatever order makes sense, and must take all of them.
"""

def running(world, blocks):
    world.new_shop()
    world.serve("my-shop")
    world.buy()
    world.type(blocks.take("Try it before it is open to others"))
    world.type(blocks.take("Is the shop healthy?"))
    world.type(blocks.take("Shipping: shipping.toml"))
    world.type(blocks.take("Discount codes"))
    world.type(blocks.take("Stock"))


def order_format(world, blocks):
    world.new_shop()
    world.serve("my-shop")
    world.buy()
    world.mails(1)
    world.run("gpg --batch --import my-shop-seller/secret.asc")
    world.type(blocks.take("Where it is"))


PAGES = {
    "docs/running.md": running,
    "docs/order-format.md": order_format,
}
