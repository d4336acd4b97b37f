import { LockOutlined, LogoutOutlined, SafetyOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Dropdown } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { closeSession, sessionKey } from "@/api/session";
import { useTexts } from "@/shared/i18n/texts";
import { useSession } from "@/shared/session/session-context";
import { PersonAvatar } from "@/shared/ui/person-avatar";
import { useNotices } from "@/shared/ui/use-notices";
import { appTexts } from "./app-texts";
import { PasswordDialog } from "./password-dialog";
import { SecondStepDialog } from "./second-step-dialog";
import { secondStepTexts } from "./second-step-texts";
import styles from "./top-bar.module.css";

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
  const [passwordOpen, setPasswordOpen] = useState(false);
  const [secondStepOpen, setSecondStepOpen] = useState(false);
  return (
    <>
      <Dropdown
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
        <button type="button" className={styles.account}>
          <PersonAvatar name={staff.name} size={30} />
          <span className="visually-hidden">{t.account}</span>
          <span className={styles.accountName}>{staff.name}</span>
        </button>
      </Dropdown>
      {passwordOpen && <PasswordDialog onClose={() => setPasswordOpen(false)} />}
      {secondStepOpen && <SecondStepDialog onClose={() => setSecondStepOpen(false)} />}
    </>
  );
}
