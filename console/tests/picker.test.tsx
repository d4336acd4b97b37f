import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, it } from "vitest";
import { makeQueryClient, Providers } from "@/app/providers";
import { staffSource } from "@/api/sources";
import { PickSome } from "@/shared/ui/picker";
import { fakeServer } from "./support/fake-server";

const named = (staff_id: number, name: string) => ({ staff_id, name, is_active: staff_id !== 3 });
const STAFF = [named(1, "林若溪"), named(2, "吴晓"), named(3, "梅"), named(900, "远山")];

function Choosing() {
  const [ids, setIds] = useState([900]);
  return (
    <PickSome
      source={staffSource}
      label="员工"
      fits={(each) => each.is_active}
      value={ids}
      onChange={setIds}
    />
  );
}

it("names what was chosen, offers the beginning of a list, and finds the rest by typing", async () => {
  const server = fakeServer({
    "GET /api/staff": ({ query }) => {
      const ids = query.getAll("ids").map(Number);
      const search = query.get("search") ?? "";
      const rows = STAFF.filter((each) =>
        ids.length > 0
          ? ids.includes(each.staff_id)
          : search
            ? each.name.includes(search)
            : each.staff_id < 900,
      );
      return { rows, next_after: ids.length > 0 || search ? null : "3" };
    },
  });
  const user = userEvent.setup();
  render(
    <Providers queryClient={makeQueryClient()}>
      <Choosing />
    </Providers>,
  );
  expect(await screen.findByText("远山")).toBeTruthy();
  // Nobody looks for more before it is opened.
  expect(server.asked.map(({ query }) => query.getAll("ids"))).toEqual([["900"]]);
  await user.click(screen.getByRole("combobox", { name: "员工" }));
  expect(await screen.findByTitle("吴晓")).toBeTruthy();
  expect(screen.queryByTitle("梅")).toBeNull();
  expect(screen.getByText("还有更多，输入名字来找")).toBeTruthy();
  await user.type(screen.getByRole("combobox", { name: "员工" }), "若溪");
  await waitFor(() => expect(screen.queryByTitle("吴晓")).toBeNull());
  await user.click(await screen.findByTitle("林若溪"));
  await waitFor(() => expect(server.asked.at(-1)?.query.getAll("ids") ?? []).toEqual(["1", "900"]));
});
