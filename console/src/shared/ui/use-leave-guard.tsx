import { Modal } from "antd";
import { useCallback, useEffect, useRef, type ReactNode } from "react";
import { useBlocker } from "react-router";
import { defineTexts, useTexts } from "@/shared/i18n/texts";

const texts = defineTexts({
  zh: { title: "有未保存的修改", text: "现在离开，这些修改就没有了。", leave: "离开", stay: "留下" },
  en: {
    title: "Changes not saved",
    text: "If you leave now, these changes are gone.",
    leave: "Leave",
    stay: "Stay",
  },
});

/**
 * Asks before unsaved work is left behind. Render `question`; call `release` once the work is stored, before moving
 * on, for the state that says so has not been drawn yet.
 */
export function useLeaveGuard(dirty: boolean): { question: ReactNode; release: () => void } {
  const t = useTexts(texts);
  const released = useRef(false);
  const release = useCallback(() => {
    released.current = true;
  }, []);
  useEffect(() => {
    if (!dirty) return;
    released.current = false;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [dirty]);
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) =>
      dirty && !released.current && currentLocation.pathname !== nextLocation.pathname,
  );
  const question = blocker.state === "blocked" && (
    <Modal
      open
      title={t.title}
      okText={t.leave}
      cancelText={t.stay}
      okButtonProps={{ danger: true }}
      onOk={() => blocker.proceed()}
      onCancel={() => blocker.reset()}
    >
      {t.text}
    </Modal>
  );
  return { question, release };
}
