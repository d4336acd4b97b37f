import { LockOutlined, LogoutOutlined, SafetyOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Dropdown } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { closeSession, sessionKey } from "@/api/session";
import { useTexts } from "@/shared/i18n/texts";
import { useSession } from "@/shared/session/session-context";
import { later } from "@/shared/ui/later";
import { useNotices } from "@/shared/ui/use-notices";
import { AccountButton } from "./account-button";
import { appTexts } from "./app-texts";
import { secondStepTexts } from "./second-step-texts";
import styles from "./top-bar.module.css";

const PasswordDialog = later(async () => (await import("./password-dialog")).PasswordDialog);
const SecondStepDialog = later(async () => (await import("./second-step-dialog")).SecondStepDialog);

/** It takes the place of a button that was pressed. */
const focusWhenShown = (button: HTMLButtonElement | null) => button?.focus();

/** Who is logged in and what they can do with their account: open as soon as it is there, for somebody asked for it. */
export function AccountMenu() {
  const t = useTexts(appTexts);
  const { staff } = useSession();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const notices = useNotices();
  const logOut = useMutation({
    mutationFn: closeSession,
    onSuccess: async () => {
      await navigate("/login");
      queryClient.clear();
      queryClient.setQueryData(sessionKey, null);
    },
    onError: notices.failed,
  });
  const twoSteps = useTexts(secondStepTexts);
  const [isOpen, setOpen] = useState(true);
  const [passwordOpen, setPasswordOpen] = useState(false);
  const [secondStepOpen, setSecondStepOpen] = useState(false);
  return (
    <>
      <Dropdown
        open={isOpen}
        onOpenChange={setOpen}
        trigger={["click"]}
        menu={{
          items: [
            {
              key: "who",
              disabled: true,
              label: (
                <div className={styles.who}>
                  <strong>{staff.name}</strong>
                  <span>{staff.email}</span>
                  <span>
                    {t.roles[staff.role]} · {staff.unit_name}
                  </span>
                </div>
              ),
            },
            { type: "divider" },
            {
              key: "password",
              icon: <LockOutlined aria-hidden />,
              label: t.password.change,
              onClick: () => setPasswordOpen(true),
            },
            {
              key: "second-step",
              icon: <SafetyOutlined aria-hidden />,
              label: twoSteps.title,
              onClick: () => setSecondStepOpen(true),
            },
            {
              key: "out",
              icon: <LogoutOutlined aria-hidden />,
              label: t.logOut,
              onClick: () => logOut.mutate(),
            },
          ],
        }}
      >
        <AccountButton ref={focusWhenShown} />
      </Dropdown>
      {passwordOpen && <PasswordDialog onClose={() => setPasswordOpen(false)} />}
      {secondStepOpen && <SecondStepDialog onClose={() => setSecondStepOpen(false)} />}
    </>
  );
}
