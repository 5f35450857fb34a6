import assert from "node:assert/strict";
import { test } from "node:test";
import { Form } from "../../../sandbox/page/form.js";
import { inputs, problems, readValues } from "../../../sandbox/page/values.js";

const option = (value) => ({ text: { type: "plain_text", text: value }, value });
const input = (block_id, element, more = {}) => ({
  type: "input",
  block_id,
  element: { action_id: "a", ...element },
  ...more,
});
const view = (...blocks) => ({ blocks });

test("an untouched form submits its initial values in the shape of state.values", () => {
  const asked = view(
    input("project", { type: "static_select", initial_option: option("dev") }),
    input("tell", { type: "multi_users_select" }),
    input("until", { type: "datepicker", initial_date: "2027-01-15" }),
    input("who", { type: "users_select", initial_user: "U0ADA" }),
    input("why", { type: "plain_text_input" }),
  );
  assert.deepEqual(readValues(asked, new Form()), {
    project: { a: { type: "static_select", selected_option: option("dev") } },
    tell: { a: { type: "multi_users_select", selected_users: [] } },
    until: { a: { type: "datepicker", selected_date: "2027-01-15" } },
    who: { a: { type: "users_select", selected_user: "U0ADA" } },
    why: { a: { type: "plain_text_input", value: null } },
  });
});

test("what was typed survives an update that keeps the ids, and not one that changes the kind", () => {
  const form = new Form();
  const text = input("why", { type: "plain_text_input", initial_value: "old" });
  form.change(text, text.element, { value: "typed" });
  form.adopt({ why: { a: { type: "plain_text_input", value: "from the server" } } });
  assert.equal(form.value(text, text.element).value, "typed");
  const select = input("why", { type: "static_select", initial_option: option("x") });
  assert.deepEqual(form.value(select, select.element).selected_option, option("x"));
});

test("a form that is new to this page starts from what the server knows", () => {
  const form = new Form();
  const text = input("why", { type: "plain_text_input" });
  form.adopt({ why: { a: { type: "plain_text_input", value: "typed before the reload" } } });
  assert.equal(form.value(text, text.element).value, "typed before the reload");
});

test("required fields must be filled, optional ones need not", () => {
  const asked = view(
    input("must", { type: "static_select", options: [option("x")] }),
    input("may", { type: "plain_text_input" }, { optional: true }),
    input("boxes", { type: "checkboxes", options: [option("x")] }),
  );
  assert.deepEqual(Object.keys(problems(asked, new Form())), ["must", "boxes"]);
});

test("texts are held to their lengths, numbers to their range", () => {
  const form = new Form();
  const short = input("short", { type: "plain_text_input", min_length: 20, initial_value: "too short" });
  const long = input("long", { type: "plain_text_input", max_length: 3, initial_value: "long" });
  const many = input("many", { type: "number_input", max_value: "90", initial_value: "91" });
  const fine = input("fine", {
    type: "plain_text_input",
    min_length: 2,
    max_length: 4,
    initial_value: "fine",
  });
  assert.deepEqual(problems(view(short, long, many, fine), form), {
    short: "Please enter at least 20 characters.",
    long: "Please enter at most 3 characters.",
    many: "The most is 90.",
  });
});

test("selects in actions and accessories hold values, buttons do not", () => {
  const blocks = [
    {
      type: "actions",
      block_id: "x",
      elements: [
        { type: "button", action_id: "b" },
        { type: "static_select", action_id: "s" },
      ],
    },
    { type: "section", block_id: "y", accessory: { type: "radio_buttons", action_id: "r" } },
    { type: "divider", block_id: "z" },
  ];
  assert.deepEqual(
    inputs(blocks).map(({ element }) => element.action_id),
    ["s", "r"],
  );
});
