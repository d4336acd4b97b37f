import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { describe, expect, it } from "vitest";
import { makeQueryClient, Providers } from "@/app/providers";
import type { LeafCondition } from "@/api/types";
import { found } from "@/shared/conditions/add-menu";
import { BookContext, channelFor, type Book } from "@/shared/conditions/book";
import { catalogue, newCondition } from "@/shared/conditions/catalogue";
import { catalogueTexts, type EntryName } from "@/shared/conditions/catalogue-texts";
import { Fields } from "@/shared/conditions/fields-of";
import { operatorsFor, readSeveral, typeOf, withOperator } from "@/shared/conditions/fields/comparison";
import { inMode, modeOf } from "@/shared/conditions/fields/window-field";
import { SessionContext } from "@/shared/session/session-context";
import { aSession } from "./support/examples";

const book: Book = {
  attributes: [
    { name: "city", types: ["text"], examples: ["上海"] },
    { name: "ends_on", types: ["day"], examples: [] },
  ],
  events: [
    {
      name: "order_paid",
      properties: [
        { name: "total_fen", types: ["number"], examples: [] },
        { name: "shop", types: ["text"], examples: ["静安店"] },
      ],
    },
    { name: "cart_added", properties: [{ name: "shop", types: ["text"], examples: [] }] },
  ],
  entryChannels: ["store"],
  identityKinds: ["phone"],
  purposes: [
    { name: "marketing", byChannel: true, channels: ["sms", "wecom"] },
    { name: "profiling", byChannel: false, channels: [] },
  ],
};

/** The fields of one condition, and what it has become. */
function edit(first: LeafCondition) {
  const seen: LeafCondition[] = [first];
  function Editor() {
    const [condition, setCondition] = useState(first);
    return (
      <Fields
        condition={condition}
        fault={null}
        onChange={(next) => {
          seen.push(next);
          setCondition(next);
        }}
      />
    );
  }
  render(
    <Providers queryClient={makeQueryClient()}>
      <SessionContext value={aSession({ rights: [] })}>
        <BookContext value={book}>
          <Editor />
        </BookContext>
      </SessionContext>
    </Providers>,
  );
  return { user: userEvent.setup(), last: () => seen.at(-1) };
}

type User = ReturnType<typeof userEvent.setup>;

async function choose(user: User, label: string, option: string, at = 0) {
  const field = screen.getAllByRole("combobox", { name: label })[at];
  if (!field) throw new Error(`no field ${label}`);
  await user.click(field);
  await user.click(await screen.findByTitle(option));
}

async function write(user: User, label: string, text: string, at = 0) {
  const field = screen.getAllByRole("spinbutton", { name: label })[at];
  if (!field) throw new Error(`no field ${label}`);
  await user.clear(field);
  await user.type(field, text);
}

describe("what can be added", () => {
  const entries = catalogue.flatMap((group) => group.entries);

  it("is everything that has a name, once", () => {
    expect([...entries].sort()).toEqual(Object.keys(catalogueTexts.zh.entries).sort());
  });

  it.each(["zh", "en"] as const)("is found by each of its names in %s", (language) => {
    for (const entry of entries) {
      const { name } = catalogueTexts[language].entries[entry];
      expect(found(name, catalogueTexts[language]).flatMap((group) => group.entries)).toContain(entry);
    }
    expect(found("no such thing", catalogueTexts.zh)).toEqual([]);
  });

  it("covers every kind of condition there is", () => {
    const kinds = new Set(entries.map((entry) => newCondition(entry, book).kind));
    expect([...kinds].sort()).toEqual(Object.keys(catalogueTexts.zh.kinds).sort());
  });

  it.each<[EntryName, object]>([
    ["didNot", { operator: "exactly", value: 0, event: "order_paid" }],
    ["sum", { measure: "sum", property: "total_fen" }],
    ["upcoming", { name: "ends_on", operator: "in_next_days", value: 30 }],
    ["consent", { purpose: "marketing", channel: "sms", state: "allowed" }],
  ])("%s comes filled so far as it can be", (entry, expected) => {
    expect(newCondition(entry, book)).toMatchObject(expected);
  });
});

describe("windows", () => {
  it.each(["any", "last", "older", "between", "current", "previous", "shifted", "fixed"] as const)(
    "a window made %s is read as that",
    (mode) => {
      expect(modeOf(inMode(mode, null))).toBe(mode);
    },
  );

  it("keep what was said from one mode to the next", () => {
    const week = { kind: "rolling", most: { amount: 2, unit: "week" }, least: null } as const;
    expect(inMode("older", week)).toEqual({
      kind: "rolling",
      most: null,
      least: { amount: 2, unit: "week" },
    });
    const year = { kind: "calendar", unit: "year", back: 0, count: 1 } as const;
    expect(inMode("previous", year)).toEqual({ kind: "calendar", unit: "year", back: 1, count: 1 });
  });
});

describe("comparisons", () => {
  it("are offered by the types of the values seen", () => {
    expect(operatorsFor(["boolean"], true)).toEqual(["is", "is_not", "is_set", "is_not_set"]);
    expect(operatorsFor(["number"], true)).toContain("at_least");
    expect(operatorsFor(["list"], true)).toEqual(["contains", "has_all", "is_set", "is_not_set"]);
    expect(operatorsFor(["day"], false)).not.toContain("in_last_days");
    expect(operatorsFor([], true), "of what nobody has seen, all").toHaveLength(15);
  });

  it("keep a value while it fits the operator", () => {
    expect(withOperator({ operator: "is", value: "上海" }, "one_of")).toEqual({
      operator: "one_of",
      value: ["上海"],
    });
    expect(withOperator({ operator: "one_of", value: ["a", "b"] }, "is")).toEqual({
      operator: "is",
      value: "a",
    });
    expect(withOperator({ operator: "is", value: "上海" }, "at_least").value).toBeNull();
    expect(withOperator({ operator: "is", value: 3 }, "at_least").value).toBe(3);
    expect(withOperator({ operator: "is", value: 3 }, "is_set").value).toBeNull();
    expect(withOperator({ operator: "is", value: "2026-03-01" }, "in_last_days").value).toBe(30);
    expect(withOperator({ operator: "in_last_days", value: 7 }, "in_next_days").value).toBe(7);
    expect(withOperator({ operator: "in_last_days", value: 7 }, "is").value).toBeNull();
  });

  it("give values the type of what stands there, else of what was seen", () => {
    expect(typeOf({ operator: "is", value: 3 }, ["text"])).toBe("number");
    expect(typeOf({ operator: "is", value: null }, ["boolean"])).toBe("boolean");
    expect(typeOf({ operator: "at_least", value: "2026-03-01" }, [])).toBe("day");
    expect(typeOf({ operator: "is", value: "2026-03-01" }, ["text"])).toBe("text");
    expect(readSeveral(["1", " 2 ", "x", ""], "number")).toEqual([1, 2]);
    expect(readSeveral(["1", " 2 ", ""], "text")).toEqual(["1", "2"]);
  });

  it("of consent keep the channel only where the purpose has it", () => {
    expect(channelFor(book.purposes, "marketing", "wecom")).toBe("wecom");
    expect(channelFor(book.purposes, "marketing", "phone")).toBe("sms");
    expect(channelFor(book.purposes, "profiling", "sms")).toBeNull();
  });
});

describe("the fields of a condition", () => {
  it("make an amount of money: typed in yuan, kept in fen", async () => {
    const { user, last } = edit(newCondition("did", book));
    await choose(user, "算什么", "合计");
    await choose(user, "属性", "金额");
    await write(user, "值", "99.5");
    await choose(user, "时间范围", "本期");
    expect(last()).toEqual({
      kind: "event",
      event: "order_paid",
      operator: "at_least",
      value: 9950,
      measure: "sum",
      property: "total_fen",
      where: [],
      window: { kind: "calendar", unit: "month", back: 0, count: 1 },
    });
  });

  it("narrow an event to a value that nobody has seen", async () => {
    const { user, last } = edit(newCondition("did", book));
    await user.click(screen.getByRole("button", { name: /细分/ }));
    await choose(user, "属性", "店铺");
    await user.type(screen.getByRole("combobox", { name: "值" }), "新店");
    expect(last()).toMatchObject({ where: [{ property: "shop", operator: "is", value: "新店" }] });
  });

  it("make a sequence that ends with what never came", async () => {
    const { user, last } = edit(newCondition("sequence", book));
    await choose(user, "发生还是不发生", "一直没做");
    await write(user, "时长", "3");
    await user.click(screen.getByRole("button", { name: /期间没有/ }));
    await choose(user, "各步同一个", "店铺");
    expect(last()).toMatchObject({
      kind: "sequence",
      same: "shop",
      steps: [
        { within: null, without: [], is_absent: false },
        {
          event: "cart_added",
          within: { amount: 3, unit: "day" },
          is_absent: true,
          without: [{ event: "order_paid", where: [] }],
        },
      ],
    });
    await user.click(screen.getByRole("button", { name: /加一步/ }));
    expect(last()).toMatchObject({ steps: [{}, { is_absent: false }, { is_absent: false }] });
  });

  it("take a name that is not there yet", async () => {
    const { user, last } = edit({ kind: "attribute", name: "city", operator: "is", value: "" });
    const field = screen.getByRole("combobox", { name: "属性" });
    await user.click(field);
    await user.type(field, "shoe_size");
    await user.click(await screen.findByTitle("使用「shoe_size」"));
    expect(last()).toEqual({ kind: "attribute", name: "shoe_size", operator: "is", value: null });
  });

  it("let go of the channel with a purpose that has none", async () => {
    const { user, last } = edit(newCondition("consent", book));
    await choose(user, "用途", "个性化推荐");
    expect(last()).toEqual({ kind: "consent", purpose: "profiling", state: "allowed", channel: null });
    expect(screen.queryByRole("combobox", { name: "渠道" })).toBeNull();
  });

  it("keep the two ends of a span in order", async () => {
    const { user, last } = edit(newCondition("birthday", book));
    await write(user, "从第几天", "9");
    expect(last()).toMatchObject({ from_days: 9, to_days: 9 });
  });
});
