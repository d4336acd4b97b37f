import { App } from "antd";
import { useMemo } from "react";
import { useTexts } from "@/shared/i18n/texts";
import { errorTexts, explain } from "./error-texts";

/** Short notices at the top of the page. */
export function useNotices() {
  const { message } = App.useApp();
  const t = useTexts(errorTexts);
  return useMemo(
    () => ({
      done: (text: string) => void message.success(text),
      failed: (error: Error) => void message.error(explain(error, t), 6),
    }),
    [message, t],
  );
}
