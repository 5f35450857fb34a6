import assert from "node:assert/strict";
import { test } from "node:test";
import { formatRoute, parseRoute, personaFromCookie } from "../../../sandbox/page/route.js";
import { safeUrl } from "../../../sandbox/page/text/links.js";

test("the address bar brings back person, place, tab and thread", () => {
  for (const hash of [
    "#U0ADA/C0GENERAL",
    "#U0ADA/C0GENERAL/17.5",
    "#U0ADA/app/home",
    "#U0ADA/app/messages",
    "#U0ADA/app/messages/17.5",
    "#U0ADA",
  ]) {
    assert.equal(formatRoute(parseRoute(hash)), hash);
  }
});

test("an empty address is nobody nowhere", () => {
  assert.deepEqual(parseRoute(""), { me: "", channel: "", tab: "messages", thread: null });
});

test("the persona is found among other cookies, and no cookie that only ends like it", () => {
  assert.equal(personaFromCookie("a=1; persona=U0ADA; b=2"), "U0ADA");
  assert.equal(personaFromCookie("notpersona=U0ADA"), "");
});

test("only http and https addresses are followed", () => {
  assert.equal(safeUrl("https://a.test/b"), "https://a.test/b");
  for (const bad of [
    "javascript:alert(1)",
    " JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "vbscript:x",
    "",
    null,
    "not an address",
  ]) {
    assert.equal(safeUrl(bad), null);
  }
});
