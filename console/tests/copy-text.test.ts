import { afterEach, expect, it, vi } from "vitest";
import { copyText } from "@/shared/ui/copy-text";

afterEach(() => {
  vi.unstubAllGlobals();
  Reflect.deleteProperty(document, "execCommand");
});

it("uses the clipboard where there is one", async () => {
  const writeText = vi.fn().mockResolvedValue(undefined);
  vi.stubGlobal("navigator", { clipboard: { writeText } });
  await copyText("siyu");
  expect(writeText).toHaveBeenCalledWith("siyu");
});

it("copies as a reader would where there is none, and says so where that fails", async () => {
  vi.stubGlobal("navigator", {});
  const fields = () => [...document.querySelectorAll("textarea")];
  const before = fields();
  let marked = "";
  const copy = vi.fn(() => {
    marked = fields().at(-1)?.value ?? "";
    return true;
  });
  Object.defineProperty(document, "execCommand", { value: copy, configurable: true });
  await copyText("siyu");
  expect(marked).toBe("siyu");
  expect(fields()).toEqual(before);
  copy.mockReturnValue(false);
  await expect(copyText("siyu")).rejects.toThrow();
});
