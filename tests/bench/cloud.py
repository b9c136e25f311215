#!/usr/bin/env python3
"""A small cloud on loopback for tests/bench/run: cloud.py.  Prints its port, then serves until killed.

POST /items makes an item; GET /items lists them by pages; GET and DELETE work on /items/ID.  Calls
about one item whose name begins with `slow` take 50 ms.  GET /calls says how many calls of each
method came since it was asked last.
"""

import asyncio
import json
import urllib.parse

LATENCY_S = 0.05
PAGE = 1000
items = {}
calls = {}


def latency(item):
    return LATENCY_S if item["name"].startswith("slow") else 0


def answer(method, url, body):
    """Returns (status, JSON, seconds to wait)."""
    parts = urllib.parse.urlsplit(url)
    query = dict(urllib.parse.parse_qsl(parts.query))
    name = parts.path.removeprefix("/items").strip("/")
    if parts.path == "/calls":
        counted = dict(calls)
        calls.clear()
        return 200, counted, 0
    calls[method] = calls.get(method, 0) + 1
    if method == "POST":
        item = {**json.loads(body), "id": f"i-{len(items)}"}
        items[item["id"]] = item
        return 201, item, latency(item)
    if not name:
        start = int(query.get("token", 0))
        end = start + min(int(query.get("size", PAGE)), PAGE)
        found = {"items": list(items.values())[start:end]}
        if end < len(items):
            found["next"] = str(end)
        return 200, found, 0
    if name not in items:
        return 404, {"message": "no such item"}, 0
    if method == "DELETE":
        return 200, items.pop(name), 0
    return 200, items[name], latency(items[name])


async def serve(reader, writer):
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            method, url, _ = head[0].split(" ")
            size = 0
            for line in head[1:]:
                if line.lower().startswith("content-length:"):
                    size = int(line.split(":")[1])
            status, value, wait = answer(method, url, await reader.readexactly(size))
            if wait:
                await asyncio.sleep(wait)
            text = json.dumps(value).encode()
            writer.write(b"HTTP/1.1 %d x\r\nContent-Type: application/json\r\nContent-Length: %d"
                         b"\r\n\r\n" % (status, len(text)) + text)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
