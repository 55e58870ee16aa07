"""`python -m bench.load echo|chat URL --clients N --seconds S`: one measurement, printed as one line of JSON."""

import argparse
import gc

from bench.load.chat import ChatClient
from bench.load.crowd import Client, measure
from bench.load.echo import EchoClient
from bench.load.walk import Typing
from bench.load.window import WARM_UP, Window
from bench.loops import run


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument("dialect", choices=("echo", "chat"))
    parser.add_argument("url", help="ws://127.0.0.1:8080/chat/kolding/ws")
    parser.add_argument("--clients", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--warm-up", type=float, default=WARM_UP)
    parser.add_argument("--typed", choices=list(Typing), type=Typing, default=Typing.ONE_IN_TEN)
    parser.add_argument("--server", type=int, help="the server's process id, to report its processor time")
    arguments = parser.parse_args()

    def make(number: int, window: Window) -> Client:
        if arguments.dialect == "chat":
            return ChatClient(arguments.url, number, window, arguments.typed)
        return EchoClient(arguments.url, number, window)

    async def once() -> str:
        window = Window(arguments.seconds, arguments.server, arguments.warm_up)
        return (await measure(arguments.clients, window, make)).dump()

    gc.disable()
    print(run(once()), flush=True)


if __name__ == "__main__":
    main()
