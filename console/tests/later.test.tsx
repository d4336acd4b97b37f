import { act, render, screen } from "@testing-library/react";
import { createMemoryRouter, RouterProvider } from "react-router";
import { describe, expect, it, vi } from "vitest";
import { later } from "@/shared/ui/later";

const Greeting = ({ name }: { name: string }) => <p>hello {name}</p>;
const Waiting = ({ name }: { name: string }) => <p>waiting for {name}</p>;

/** Something that comes, or fails, when it is told to. */
function parcel() {
  let come: () => void = () => undefined;
  let fail: () => void = () => undefined;
  const fetch = vi.fn(
    () =>
      new Promise<typeof Greeting>((resolve, reject) => {
        come = () => resolve(Greeting);
        fail = () => reject(new Error("lost on the way"));
      }),
  );
  const told = (what: () => void) => act(() => Promise.resolve().then(what));
  return { fetch, come: () => told(() => come()), fail: () => told(() => fail()) };
}

function show(element: React.ReactNode) {
  const router = createMemoryRouter([
    { path: "/", element, ErrorBoundary: () => <p role="alert">broken</p> },
  ]);
  return render(<RouterProvider router={router} />);
}

describe("later", () => {
  it("shows what waits, and what came as soon as it is there", async () => {
    const { fetch, come } = parcel();
    const Later = later(fetch, Waiting);
    expect(fetch).not.toHaveBeenCalled();
    show(<Later name="Lin" />);
    screen.getByText("waiting for Lin");
    await come();
    screen.getByText("hello Lin");
  });

  it("fetches once for all who show it, and for who expects it", async () => {
    const { fetch, come } = parcel();
    const Later = later(fetch, Waiting);
    Later.expect();
    await come();
    show(<Later name="Lin" />);
    await screen.findByText("hello Lin");
    show(<Later name="Wang" />);
    // Nobody waits for what is here.
    screen.getByText("hello Wang");
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  it("breaks the page where it could not be fetched, and is asked for again", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const { fetch, come, fail } = parcel();
    const Later = later(fetch, Waiting);
    const first = show(<Later name="Lin" />);
    await fail();
    await screen.findByRole("alert");
    first.unmount();
    show(<Later name="Lin" />);
    await come();
    screen.getByText("hello Lin");
    expect(fetch).toHaveBeenCalledTimes(2);
  });
});
