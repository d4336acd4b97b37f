import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { makeQueryClient, Providers } from "@/app/providers";
import type { RfmRow } from "@/api/types";
import { editedRevision } from "@/features/value/edited-revision";
import { RfmCuts } from "@/features/value/rfm-cuts";
import { rights } from "@/shared/session/rights";
import { SessionContext } from "@/shared/session/session-context";
import { aSession } from "./support/examples";
import { fakeServer } from "./support/fake-server";

const queryClient = makeQueryClient();

const aScheme = (changes: Partial<RfmRow> = {}): RfmRow => ({
  scheme_id: 4,
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

it("goes on from the present revision where that was only put in force", () => {
  const opened = aScheme();
  expect(editedRevision(opened, aScheme({ status: "stopped", revision: 6 }))).toBe(6);
  const draft = { ...opened.definition, days: 90 };
  expect(
    editedRevision(aScheme({ draft_definition: draft }), aScheme({ definition: draft, revision: 6 })),
  ).toBe(6);
  expect(editedRevision(opened, aScheme({ draft_definition: draft, revision: 6 }))).toBe(4);
});
