import bot


def test_whoever_asks_for_the_price_gets_it(running_bot, sandbox):
    ann = sandbox.person("Ann")
    ann.write("What is the price of bread?")
    assert ann.next_message() == bot.PRICES


def test_other_messages_are_left_to_humans(running_bot, sandbox):
    bob = sandbox.person("Bob")
    bob.write("Good morning")
    bob.write("And the price?")
    assert bob.next_message() == bot.PRICES, "the answer to the second message, and none to the first"


def test_the_bot_copes_with_a_lost_connection(running_bot, sandbox):
    cleo = sandbox.person("Cleo")
    sandbox.call("POST", "/faults", {"action": {"kind": "close", "how": "reset"}})
    cleo.write("price, please")
    assert cleo.next_message() == bot.PRICES
