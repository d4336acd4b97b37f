import { useQuery } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { MemoryRouter } from "react-router";
import { expect, it } from "vitest";
import { Providers, makeQueryClient } from "@/app/providers";
import { rights, type Right } from "@/shared/session/rights";
import { SessionContext } from "@/shared/session/session-context";
import { DefinitionPage } from "@/shared/ui/definition-page";
import { aSession } from "./support/examples";

const aCode = {
  name: "立牌",
  status: "live" as const,
  version: 2,
  draft_definition: {},
  updated_at: "2026-01-01T00:00:00Z",
};
const never = () => Promise.reject(new Error("nothing is asked"));

function Shown({ isMadeElsewhere }: { isMadeElsewhere: boolean }) {
  return (
    <DefinitionPage
      query={useQuery({
        queryKey: ["code", 7],
        queryFn: never,
        initialData: { ...aCode, is_made_elsewhere: isMadeElsewhere },
        staleTime: Infinity,
      })}
      title="渠道活码"
      verbs={{
        key: ["code", 7],
        list: "codes",
        path: "/codes",
        id: 7,
        writing: rights.writeCodes,
        publishing: rights.publishCodes,
        publish: never,
        switchTo: never,
        remove: never,
        isRemovable: () => true,
        words: { stop: "停用", stopped: "", resume: "", resumed: "", removeText: "" },
      }}
      status={() => null}
      aside={() => null}
    >
      {() => null}
    </DefinitionPage>
  );
}

function show(isMadeElsewhere: boolean, held: Right[]) {
  render(
    <MemoryRouter>
      <Providers queryClient={makeQueryClient()}>
        <SessionContext value={aSession({ rights: held })}>
          <Shown isMadeElsewhere={isMadeElsewhere} />
        </SessionContext>
      </Providers>
    </MemoryRouter>,
  );
  return screen.queryAllByRole("button").map((button) => button.textContent);
}

const all = [rights.writeCodes, rights.publishCodes];
const why = "由其他部门制作，只能查看";

it("offers all to who may change it", () => {
  expect(show(false, all)).toEqual(["删除", "停用", "编辑", "发布修改"]);
  expect(screen.queryByText(why)).toBeNull();
});

it("offers nothing of what another unit made, and says why", () => {
  expect(show(true, all)).toEqual([]);
  expect(screen.getByText(why)).toBeDefined();
});

it("says nothing of units to who changes none of them", () => {
  expect(show(true, [])).toEqual([]);
  expect(screen.queryByText(why)).toBeNull();
});
