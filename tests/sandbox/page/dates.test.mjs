import assert from "node:assert/strict";
import { test } from "node:test";
import { ago, dayName, fillDate } from "../../../sandbox/page/text/dates.js";

// The runner sets the zone to Europe/Berlin: one hour ahead of this moment's UTC.
const TS = 1_800_000_000;
const at = (iso) => new Date(iso);

test("a template is filled in the viewer's own zone", () => {
  assert.equal(fillDate(TS, "{date_num} {time_secs}"), "15/01/2027 09:00:00");
});

test("pretty dates say yesterday, today and tomorrow, and otherwise the date", () => {
  const pretty = (iso) => fillDate(TS, "{date_short_pretty}", at(iso));
  assert.deepEqual(
    ["2027-01-14", "2027-01-15", "2027-01-16"].map((day) => pretty(`${day}T12:00:00Z`)),
    ["tomorrow", "today", "yesterday"],
  );
  assert.match(pretty("2027-02-01T12:00:00Z"), /15 Jan 2027/);
});

test("the reader's language says it", () => {
  const told = (template, locale) => fillDate(TS, template, at("2027-01-16T12:00:00Z"), locale);
  assert.equal(told("{date_short_pretty} {time}", "fr-FR"), "hier 09:00");
  assert.equal(told("{date_long}", "zh-CN"), "2027年1月15日星期五");
});

test("a token Slack does not know stays as it is", () => {
  assert.equal(fillDate(TS, "{nonsense}"), "{nonsense}");
});

test("distances are said in the largest fitting unit, both ways", () => {
  const now = new Date(TS * 1000);
  assert.deepEqual(
    [-90, -2 * 3600, 3 * 86_400, -1].map((change) => ago(TS + change, now)),
    ["1 minute ago", "2 hours ago", "in 3 days", "1 second ago"],
  );
});

test("a divider starts with a capital", () => {
  assert.equal(dayName(String(TS), at("2027-01-15T20:00:00Z")), "Today");
});
