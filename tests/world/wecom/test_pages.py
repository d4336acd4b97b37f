"""The pages of the world: what they load, what they may reach, and the browser in which a phone opens pages of Siyu."""

from __future__ import annotations

import http.client
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import quote, urlsplit

import pytest

from siyu.world.wecom.changes import Changes
from siyu.world.wecom.server import WecomServer
from siyu.world.wecom.site import FOLDER, PAGES
from tests.world.wecom.driving import PNG, SECRET, Api

PAGE = b"<!doctype html><html><head><title>t</title></head><body>hello</body></html>"
POLICY = "default-src 'self'; img-src 'self' https://wework.qpic.cn; frame-ancestors 'none'"


@dataclass
class Siyu:
    """Something that answers as Siyu's pages do, and remembers what it was asked."""

    url: str = ""
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)


@dataclass
class Seen:
    """An answer as a browser gets it."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> dict[str, object]:
        return dict(json.loads(self.body))


@pytest.fixture
def siyu() -> Iterator[Siyu]:
    known = Siyu()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            headers = {name.lower(): value for name, value in self.headers.items()}
            known.asked.append((self.command, self.path, headers, self.rfile.read(length)))
            self.send_response(302 if self.path.startswith("/l/") else 200)
            if self.path.startswith("/l/"):
                self.send_header(
                    "Location", "https://shop.example/" if "out" in self.path else f"{known.url}/h5/c/1?a=2"
                )
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", POLICY)
            self.send_header("X-Frame-Options", "DENY")
            self.send_header("Set-Cookie", "siyu_code=abc; Path=/h5/c/1; HttpOnly")
            self.send_header("Content-Length", str(len(PAGE)))
            self.end_headers()
            self.wfile.write(PAGE)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    known.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield known
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def world(api: Api, siyu: Siyu) -> Iterator[Api]:
    api.corp.siyu_url = siyu.url
    with WecomServer(api.corp):
        yield api


def ask(api: Api, path: str, body: bytes | None = None, **headers: str) -> Seen:
    """As a browser asks; `host` names another host of this machine."""
    connection = http.client.HTTPConnection("127.0.0.1", urlsplit(api.corp.address).port or 0, timeout=10)
    try:
        connection.request("GET" if body is None else "POST", path, body, headers)
        answer = connection.getresponse()
        return Seen(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    finally:
        connection.close()


def test_pages_load_what_is_here_and_nothing_else(world: Api) -> None:
    for path in PAGES:
        page = ask(world, path)
        assert page.status == 200
        assert "default-src 'none'" in page.headers["content-security-policy"]
        text = page.body.decode()
        assert not re.search(r"<script>|<style|style=|\son\w+=", text)
        for name in re.findall(r'(?:href|src)="(/pages/[^"]+)"', text):
            assert ask(world, name).status == 200
    for file in FOLDER.iterdir():
        text = file.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 400
        assert "innerHTML" not in text
        for name in re.findall(r'from "\./([^"]+)"', text):
            assert (FOLDER / name).is_file(), (file.name, name)
        outside = set(re.findall(r"https?://[^\s\"'`<>$]+", text))
        assert outside <= {"http://www.w3.org/2000/svg", "http://c"}, file.name  # the last is a person's own browser
    for path in ("/pages/../site.py", "/pages/%2e%2e/site.py", "/pages/none.js", "/pages/"):
        assert ask(world, path).status == 404


def test_every_word_is_there_and_used() -> None:
    texts = {file.name: file.read_text(encoding="utf-8") for file in FOLDER.glob("*.js")}
    words = texts.pop("words.js")
    known = set(re.findall(r"^  (\w+): ", words, re.M)) - {"fates"}
    everything = "\n".join(texts.values())
    asked = set(re.findall(r'\bt\("(\w+)"', everything))
    assert asked <= known
    assert {one for one in known if not re.search(rf'\W"?{one}\W', everything)} == set()


def test_the_doors_open_for_the_worlds_own_pages_alone(world: Api) -> None:
    own = world.corp.address
    for origin in (own, own.replace("127.0.0.1", "localhost")):
        assert ask(world, "/world/state", b"{}", Origin=origin).status == 200
    port = urlsplit(own).port
    for origin in ("https://evil.example", "http://127.0.0.1:1", f"http://c1.localhost:{port}", "null"):
        assert ask(world, "/world/state", b"{}", Origin=origin).status == 403
    for site, status in (("cross-site", 403), ("same-site", 403), ("same-origin", 200), ("none", 200)):
        found = ask(
            world, "/world/state", None, **{"Sec-Fetch-Site": site}
        )  # a picture of another page's tells no origin
        assert found.status == status
    assert ask(world, "/world/state", Host=f"evil.example:{port}").status == 403


def test_a_phone_opens_pages_of_siyu_in_a_browser_of_its_own(world: Api, siyu: Siyu) -> None:
    host = f"c7.localhost:{urlsplit(world.corp.address).port}"
    page = ask(world, "/h5/c/1?a=2", Host=host, Cookie="siyu_code=abc", Origin="http://x")
    method, path, headers, _ = siyu.asked.pop()
    assert (method, path, headers["cookie"]) == ("GET", "/h5/c/1?a=2", "siyu_code=abc")
    assert "MicroMessenger" in headers["user-agent"]
    assert "origin" not in headers
    assert b'<script src="/phone-inside.js" defer></script></head>' in page.body
    assert page.headers["set-cookie"].startswith("siyu_code=abc")
    assert "x-frame-options" not in page.headers
    policy = page.headers["content-security-policy"]
    frames = policy.rpartition("frame-ancestors ")[2].split()
    assert sorted(frames) == sorted([world.corp.address, world.corp.address.replace("127.0.0.1", "localhost")])
    assert "'none'" not in policy
    assert f"img-src 'self' https://wework.qpic.cn {world.corp.address}" in policy
    assert ask(world, "/phone-inside.js", Host=host).status == 200
    ask(world, "/h5/forms/1", b"a=1", Host=host, **{"Content-Type": "application/x-www-form-urlencoded"})
    assert siyu.asked.pop()[3] == b"a=1"
    assert ask(world, "/l/1", Host=host).headers["location"] == "/h5/c/1?a=2"
    out = ask(world, "/l/out", Host=host)
    assert (out.status, b"shop.example" in out.body) == (200, True)
    siyu.asked.clear()
    for path in ("/api/session", "/", "/world/state", "/cgi-bin/gettoken", "/phone"):
        assert ask(world, path, Host=host).status == 404
    assert siyu.asked == []


def test_codes_are_pictures_and_say_what_they_lead_to(world: Api, siyu: Siyu) -> None:
    made = world.post("externalcontact/add_contact_way", type=1, scene=2, user=["staff0001"], state="s")
    assert made["qr_code"].startswith(f"{world.corp.address}/pictures/way/")
    picture = ask(world, urlsplit(made["qr_code"]).path)
    assert (picture.status, picture.headers["content-type"], picture.body[:4]) == (200, "image/png", b"\x89PNG")
    read = world.door("code/read", text=made["qr_code"])
    assert (read["kind"], read["key"]) == ("way", made["config_id"])
    chat_id = world.door("state")["chats"][0]["chat_id"]
    joining = world.post("externalcontact/groupchat/add_join_way", scene=2, chat_id_list=[chat_id])["config_id"]
    world.door("poster/hang", name="门口", url=f"{siyu.url}/h5/c/1")
    world.door("poster/hang", name="门口", url=f"{siyu.url}/h5/c/2")
    kinds = {one["kind"]: one for one in world.door("code/list")["codes"]}
    assert set(kinds) == {"page", "way", "join"}
    assert ask(world, urlsplit(kinds["page"]["picture"]).path).status == 200
    assert world.door("code/read", text=kinds["page"]["text"])["path"] == "/h5/c/2"
    assert world.door("code/read", text=f"{siyu.url}/api/session")["path"] is None
    assert world.door("code/read", text="https://shop.example/h5/c/1")["path"] is None
    assert world.door("code/read", text=kinds["join"]["text"])["key"] == joining
    assert world.refused_door("code/read", text="hello") == 41044
    assert world.refused_door("code/read", text=made["qr_code"] + "x") == 41044
    assert ask(world, "/pictures/way/none").status == 404
    link = world.post(
        "externalcontact/customer_acquisition/create_link", link_name="春", range={"user_list": ["staff0001"]}
    )
    url = link["link"]["url"] + "?customer_channel=ads"
    opened = ask(world, url.removeprefix(world.corp.address))
    assert (opened.status, opened.headers["location"]) == (302, f"/phone?open={quote(url, safe='')}")
    read = world.door("code/read", text=url)
    assert (read["kind"], read["key"], read["scene"]) == ("link", link["link"]["link_id"], "ads")
    assert world.door("code/read", text=f"{world.corp.address}/staff")["kind"] == "page"
    uploaded = world.upload("media/uploadimg", PNG)["url"].rpartition("/")[2]
    assert ask(world, f"/pictures/uploaded/{uploaded}").body == PNG
    world.app.callback = None
    world.corp.siyu_url = ""
    assert world.door("code/read", text=f"{siyu.url}/h5/c/1")["path"] is None


def test_a_page_hears_of_what_happens(api: Api) -> None:
    start = api.door("change/wait", seconds=0)["next"]
    who = api.newcomer()
    after = api.door("change/wait", after=start, seconds=5)["next"]
    assert after > start
    for looking in ("staff/list", "state", "code/list"):
        api.door(looking)
    api.door("person/around", external_userid=who)
    assert api.door("change/wait", after=after, seconds=0)["next"] == after
    api.post("externalcontact/add_contact_way", type=1, scene=2, user=["staff0001"])
    assert api.door("change/wait", after=after, seconds=5)["next"] > after


def test_who_waits_is_woken() -> None:
    changes, heard = Changes(), list[int]()
    waiting = threading.Thread(target=lambda: heard.append(changes.wait(0, 20)))
    waiting.start()
    changes.tell()
    waiting.join(10)
    assert heard == [1]


def test_phone_and_client_show_the_same_chat(api: Api) -> None:
    who = api.newcomer("林小雨")
    api.door("customer/add", external_userid=who, userid="staff0001", state="门店")
    api.door("customer/write", external_userid=who, userid="staff0001", text="在吗")
    api.door("staff/write", external_userid=who, userid="staff0001", text="在的")
    seen = api.door("person/phone", external_userid=who)["messages"]
    told = api.door("staff/chat", external_userid=who, userid="staff0001")
    assert [one["is_own"] for one in seen] == [True, False]
    assert [one["is_own"] for one in told["messages"]] == [False, True]
    assert (told["relation"]["state"], told["name"]) == ("门店", "林小雨")
    around = api.door("staff/around", userid="staff0001")
    assert [(one["name"], one["content"]["text"]["content"]) for one in around["chats"]] == [("林小雨", "在的")]
    assert api.door("person/find", text="林小雨")["persons"][0] == {"external_userid": who, "name": "林小雨"}
    phone = api.door("person/around", external_userid=who)
    assert [(one["userid"], one["is_one_way"]) for one in phone["friends"]] == [("staff0001", False)]

    chat = next(one for one in api.corp.chats.chats.values() if one.owner == "staff0001")
    assert api.refused_door("chat/write", external_userid=who, chat_id=chat.chat_id, text="hi") == 84061
    api.door("customer/join-chat", external_userid=who, chat_id=chat.chat_id)
    api.told()
    api.door("chat/write", external_userid=who, chat_id=chat.chat_id, text="大家好")
    assert api.told() == []  # nobody outside hears what is said in a group
    rows = api.door("staff/group", userid="staff0001", chat_id=chat.chat_id)["messages"]
    assert [(one["sender"], one["content"]["text"]["content"]) for one in rows] == [("林小雨", "大家好")]
    assert api.door("person/phone", external_userid=who)["messages"][-1]["chat_id"] == chat.chat_id


def test_tasks_wait_in_the_client_and_moments_on_the_phone(api: Api) -> None:
    assert api.app.secret == SECRET
    who = api.customers("staff0001")[0]
    content = {"text": {"content": "会员日"}}
    api.post(
        "externalcontact/add_msg_template", chat_type="single", sender="staff0001", external_userid=[who], **content
    )
    sharing = {"sender_list": {"user_list": ["staff0001"]}}
    api.post("externalcontact/add_moment_task", visible_range=sharing, **content)
    assert api.door("staff/around", userid="staff0001")["waiting"] == 2
    told = api.door("staff/tasks", userid="staff0001")
    (task,), (moment,) = told["messages"], told["moments"]
    assert (task["targets"], len(task["who"]), task["outcomes"]) == (1, 1, {"0": 1})
    api.pass_time(seconds=10)
    api.door("staff/confirm", userid="staff0001", msgid=task["msgid"])
    api.door("staff/publish", userid="staff0001", moment_id=moment["moment_id"])
    assert api.door("staff/around", userid="staff0001")["waiting"] == 0
    asked = {"external_userid": who, "moment_id": moment["moment_id"], "userid": "staff0001"}
    api.door("customer/remark-moment", **asked)
    api.door("customer/remark-moment", **asked, text="好喝")
    (seen,) = api.door("person/moments", external_userid=who)["moments"]
    assert (seen["is_liked"], [one["text"] for one in seen["comments"]]) == (True, ["好喝"])
    api.corp.mass.messages[task["msgid"]].is_cancelled = True
    assert api.door("staff/tasks", userid="staff0001")["messages"][0]["is_cancelled"]
