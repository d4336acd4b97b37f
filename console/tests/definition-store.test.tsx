import { renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { MemoryRouter } from "react-router";
import { expect, it, vi } from "vitest";
import { makeQueryClient, Providers } from "@/app/providers";
import { useDefinitionStore } from "@/shared/ui/use-definition-store";

const queryClient = makeQueryClient();
const around = ({ children }: { children: ReactNode }) => (
  <Providers queryClient={queryClient}>
    <MemoryRouter>{children}</MemoryRouter>
  </Providers>
);

it("saves what was opened: a colleague's change, heard of meanwhile, is refused and not written over", async () => {
  const save = vi.fn((id: number | null, _edit: string, revision: number | null) =>
    Promise.resolve({ id: id ?? 9, revision: (revision ?? 0) + 1 }),
  );
  const publish = vi.fn((id: number) =>
    Promise.reject<{ id: number; revision: number }>(new Error(String(id))),
  );
  const { result, rerender } = renderHook(
    ({ row }) =>
      useDefinitionStore<{ id: number; revision: number }, string>({
        row,
        idOf: ({ id }) => id,
        key: "code",
        list: "codes",
        path: "/codes",
        save,
        publish,
        onStored: () => undefined,
        onRefused: () => undefined,
      }),
    { wrapper: around, initialProps: { row: { id: 9, revision: 4 } } },
  );
  rerender({ row: { id: 9, revision: 6 } });
  result.current.submit("mine", true);
  await waitFor(() => expect(publish).toHaveBeenCalled());
  expect(save).toHaveBeenLastCalledWith(9, "mine", 4);
  // It was kept though it was not published: the next try goes on from there.
  result.current.submit("mine", false);
  await waitFor(() => expect(save).toHaveBeenCalledTimes(2));
  expect(save).toHaveBeenLastCalledWith(9, "mine", 5);
});
