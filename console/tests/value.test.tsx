import { act, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { createMemoryRouter } from "react-router";
import { RouterProvider } from "react-router/dom";
import { expect, it } from "vitest";
import { makeQueryClient, Providers } from "@/app/providers";
import type { LadderRow, RfmRow } from "@/api/types";
import { editedRevision } from "@/features/value/edited-revision";
import { Ladder } from "@/features/value/ladder-page";
import { RfmCuts } from "@/features/value/rfm-cuts";
import { rights } from "@/shared/session/rights";
import { SessionContext } from "@/shared/session/session-context";
import { aSession, someVocabulary } from "./support/examples";
import { fakeServer } from "./support/fake-server";

const queryClient = makeQueryClient();

const aScheme = (changes: Partial<RfmRow> = {}): RfmRow => ({
  scheme_id: 4,
  is_made_elsewhere: false,
  name: "价值分层",
  status: "live",
  revision: 4,
  updated_at: "2026-01-01T00:00:00Z",
  used_by: [],
  definition: {
    event: "order_paid",
    property: "amount_fen",
    days: 365,
    scales: [{ measure: "recency", by: "custom", cuts: [30] }],
    cells: [],
  },
  draft_definition: null,
  segments: {},
  version: 1,
  ...changes,
});

function shown(scheme: RfmRow) {
  return (
    <Providers queryClient={queryClient}>
      <SessionContext value={aSession({ rights: [rights.writeRfm] })}>
        <RfmCuts scheme={scheme} />
      </SessionContext>
    </Providers>
  );
}

it("keeps an edit of cut-offs while a colleague saves, and saves it as of when it began", async () => {
  const server = fakeServer({ "PUT /api/rfm/4": () => aScheme() });
  const user = userEvent.setup();
  const { rerender } = render(shown(aScheme()));
  const name = screen.getByRole("textbox");
  await user.type(name, "二");
  rerender(shown(aScheme({ name: "别人改的", revision: 5 })));
  expect(name).toHaveProperty("value", "价值分层二");
  await user.click(screen.getByRole("button", { name: /保存/ }));
  await waitFor(() =>
    expect(server.bodiesOf("PUT /api/rfm/4")).toMatchObject([{ name: "价值分层二", revision: 4 }]),
  );
});

const aLadder = (changes: Partial<LadderRow> = {}): LadderRow => ({
  ladder_id: 6,
  is_made_elsewhere: false,
  name: "生命周期",
  status: "live",
  revision: 4,
  version: 1,
  updated_at: "2026-01-01T00:00:00Z",
  used_by: [],
  definition: { stages: [] },
  draft_definition: null,
  stages: [],
  ...changes,
});

it("keeps an edit of a ladder while a colleague saves, and saves it as of when it began", async () => {
  const server = fakeServer({
    "GET /api/segments/vocabulary": () => someVocabulary,
    "GET /api/ladders/6/values": () => ({ rows: [], currency: "CNY" }),
    "GET /api/ladders/6/movements": () => ({ rows: [] }),
    "PUT /api/ladders/6": () => aLadder(),
  });
  const user = userEvent.setup();
  let refetched: (ladder: LadderRow) => void = () => undefined;
  function Held() {
    const [ladder, setLadder] = useState(aLadder);
    refetched = setLadder;
    return <Ladder ladder={ladder} onRemoved={() => undefined} />;
  }
  render(
    <Providers queryClient={queryClient}>
      <SessionContext value={aSession({ rights: [rights.writeLadders] })}>
        <RouterProvider router={createMemoryRouter([{ path: "/", element: <Held /> }])} />
      </SessionContext>
    </Providers>,
  );
  await user.click(screen.getByRole("button", { name: /编辑/ }));
  const name = await screen.findByRole("textbox");
  await user.type(name, "二");
  act(() => refetched(aLadder({ name: "别人改的", revision: 5 })));
  expect(name).toHaveProperty("value", "生命周期二");
  await user.click(screen.getByRole("button", { name: /保存/ }));
  await waitFor(() =>
    expect(server.bodiesOf("PUT /api/ladders/6")).toMatchObject([{ name: "生命周期二", revision: 4 }]),
  );
  expect(await screen.findByRole("button", { name: /编辑/ })).toBeTruthy();
});

it("goes on from the present revision where that was only put in force", () => {
  const opened = aScheme();
  expect(editedRevision(opened, aScheme({ status: "stopped", revision: 6 }))).toBe(6);
  const draft = { ...opened.definition, days: 90 };
  expect(
    editedRevision(aScheme({ draft_definition: draft }), aScheme({ definition: draft, revision: 6 })),
  ).toBe(6);
  expect(editedRevision(opened, aScheme({ draft_definition: draft, revision: 6 }))).toBe(4);
});
