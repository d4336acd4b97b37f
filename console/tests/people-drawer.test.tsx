import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { MemoryRouter } from "react-router";
import { expect, it } from "vitest";
import { makeQueryClient, Providers } from "@/app/providers";
import { servedQuery } from "@/api/service";
import { partMembersQuery } from "@/api/value";
import { CountedPeople } from "@/shared/customers/counted-people";
import { PeopleDrawer, type ShownPeople } from "@/shared/customers/people-drawer";
import { rights, type Right } from "@/shared/session/rights";
import { SessionContext } from "@/shared/session/session-context";
import { aCustomerRow, aSession } from "./support/examples";
import { fakeServer, Refusal } from "./support/fake-server";

const MEMBERS = "GET /api/rfm/4/cells/champions/members";

function shown(content: React.ReactNode, held: Right[] = [rights.readCustomers]) {
  render(
    <Providers queryClient={makeQueryClient()}>
      <SessionContext value={aSession({ rights: held })}>
        <MemoryRouter>{content}</MemoryRouter>
      </SessionContext>
    </Providers>,
  );
}

const drawer = (changes: Partial<ShownPeople> = {}) => (
  <PeopleDrawer
    shown={{
      title: "重要价值",
      query: partMembersQuery({ kind: "rfm", id: 4 }, "champions"),
      note: "只列出看得到的。",
      action: <button type="button">建成人群</button>,
      ...changes,
    }}
    onClose={() => undefined}
  />
);

it("lists the people behind a number page by page, says how many they are, and offers what can be made of them", async () => {
  const server = fakeServer({
    [MEMBERS]: ({ query }) =>
      query.get("after")
        ? { rows: [aCustomerRow({ customer_id: 9, display_name: "李雷" })], next_after: null, total: 2 }
        : {
            rows: [aCustomerRow({ customer_id: 8, display_name: "韩梅梅" })],
            next_after: "50",
            total: 2,
          },
  });
  const user = userEvent.setup();
  shown(drawer());
  const name = await screen.findByRole("link", { name: "韩梅梅" });
  expect(name.getAttribute("href")).toBe("/customers/8");
  expect(screen.getByRole("dialog", { name: "重要价值" })).toBeTruthy();
  expect(screen.getByRole("table", { name: "重要价值" })).toBeTruthy();
  expect(screen.getByText("共 2 位")).toBeTruthy();
  expect(screen.getByText("只列出看得到的。")).toBeTruthy();
  expect(screen.getByRole("button", { name: "建成人群" })).toBeTruthy();
  await user.click(screen.getByRole("button", { name: "加载更多" }));
  expect(await screen.findByRole("link", { name: "李雷" })).toBeTruthy();
  expect(server.asked.map(({ query }) => query.get("after"))).toEqual([null, "50"]);
});

it("says that there is nobody, or that nobody can be told yet, and then nothing can be made of them", async () => {
  const server = fakeServer({ [MEMBERS]: () => ({ rows: [], next_after: null, total: 0 }) });
  shown(drawer());
  expect(await screen.findByText("没有客户")).toBeTruthy();
  expect(screen.queryByRole("button", { name: "建成人群" })).toBeNull();
  expect(screen.queryByText("共 0 位")).toBeNull();
  shown(drawer({ query: null, nobody: "发布后可以看到" }));
  expect(await screen.findByText("发布后可以看到")).toBeTruthy();
  expect(server.asked).toHaveLength(1);
});

it("asks again where the server refused", async () => {
  let isWell = false;
  fakeServer({
    [MEMBERS]: () =>
      isWell ? { rows: [aCustomerRow()], next_after: null, total: 1 } : new Refusal(409, "too_many"),
  });
  const user = userEvent.setup();
  shown(drawer());
  const again = await screen.findByRole("button", { name: /重\s?试/ });
  isWell = true;
  await user.click(again);
  expect(await screen.findByText("共 1 位")).toBeTruthy();
});

it("a number opens its people for those who may see customers, and asks for them only then", async () => {
  const server = fakeServer({
    "GET /api/service/numbers/people": () => ({
      rows: [aCustomerRow({ display_name: "韩梅梅" })],
      next_after: null,
    }),
  });
  const counted = (
    <CountedPeople count={3} title="收到" query={servedQuery("received", 7)}>
      3
    </CountedPeople>
  );
  shown(counted, []);
  expect(screen.queryByRole("button")).toBeNull();
  const user = userEvent.setup();
  shown(counted);
  const number = screen.getByRole("button", { name: "收到：3 位，看看是谁" });
  expect(server.asked).toEqual([]);
  await user.click(number);
  expect(await screen.findByRole("link", { name: "韩梅梅" })).toBeTruthy();
  expect(screen.getByRole("dialog", { name: "收到" })).toBeTruthy();
});
