import { DeleteOutlined, MenuOutlined, PlusOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Drawer, Input, Select } from "antd";
import { useState } from "react";
import { accountMenuQuery, publishAccountMenu } from "@/api/channels";
import type { AccountMenu as Menu } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { ErrorState } from "@/shared/ui/error-state";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { useNotices } from "@/shared/ui/use-notices";
import { When } from "@/shared/ui/when";
import { channelsTexts } from "./channels-texts";
import {
  BELOW_MAX,
  BUTTONS_MAX,
  emptyButton,
  isWhole,
  readButton,
  seen,
  written,
  type MenuButton,
} from "./menu-buttons";
import styles from "./account-menu.module.css";

const FIELDS: Record<MenuButton["kind"], readonly ("url" | "reply" | "appid" | "page")[]> = {
  view: ["url"],
  click: ["reply"],
  miniprogram: ["appid", "page", "url"],
  below: [],
};

interface ButtonFieldsProps {
  label: string;
  button: MenuButton;
  isTop: boolean;
  onChange: (button: MenuButton) => void;
  onRemove: () => void;
}

function ButtonFields({ label, button, isTop, onChange, onRemove }: ButtonFieldsProps) {
  const t = useTexts(channelsTexts).menu;
  const kinds = (["view", "click", "miniprogram", ...(isTop ? (["below"] as const) : [])] as const).map(
    (value) => ({ value, label: t.kinds[value] }),
  );
  return (
    <li className={isTop ? styles.top : styles.below} aria-label={label}>
      <div className={styles.row}>
        <Input
          aria-label={`${label} · ${t.name}`}
          placeholder={isTop ? t.nameTop : t.nameBelow}
          value={button.name}
          onChange={({ target }) => onChange({ ...button, name: target.value })}
        />
        <Select
          aria-label={`${label} · ${t.kind}`}
          className={styles.kind ?? ""}
          value={button.kind}
          options={kinds}
          onChange={(kind) =>
            onChange({
              ...button,
              kind,
              buttons: kind === "below" && !button.buttons.length ? [emptyButton()] : button.buttons,
            })
          }
        />
        <Button
          type="text"
          icon={<DeleteOutlined aria-hidden />}
          aria-label={`${t.remove} ${label}`}
          onClick={onRemove}
        />
      </div>
      {FIELDS[button.kind].map((field) => (
        <Input
          key={field}
          aria-label={`${label} · ${t.fields[field]}`}
          placeholder={t.fields[field]}
          maxLength={field === "reply" ? 600 : 1000}
          value={button[field]}
          onChange={({ target }) => onChange({ ...button, [field]: target.value.trimStart() })}
        />
      ))}
      {button.kind === "below" && (
        <ButtonList
          label={label}
          buttons={button.buttons}
          most={BELOW_MAX}
          isTop={false}
          onChange={(buttons) => onChange({ ...button, buttons })}
        />
      )}
    </li>
  );
}

interface ButtonListProps {
  label: string;
  buttons: readonly MenuButton[];
  most: number;
  isTop: boolean;
  onChange: (buttons: MenuButton[]) => void;
}

function ButtonList({ label, buttons, most, isTop, onChange }: ButtonListProps) {
  const t = useTexts(channelsTexts).menu;
  return (
    <ol className={styles.list}>
      {buttons.map((each, at) => (
        <ButtonFields
          key={at}
          label={`${label} ${at + 1}`}
          button={each}
          isTop={isTop}
          onChange={(changed) => onChange(buttons.with(at, changed))}
          onRemove={() => onChange(buttons.toSpliced(at, 1))}
        />
      ))}
      {buttons.length < most && (
        <li>
          <Button
            size="small"
            icon={<PlusOutlined aria-hidden />}
            onClick={() => onChange([...buttons, emptyButton()])}
          >
            {isTop ? t.add : t.addBelow}
          </Button>
        </li>
      )}
    </ol>
  );
}

function MenuForm({ account, menu, onDone }: { account: string; menu: Menu; onDone: () => void }) {
  const t = useTexts(channelsTexts).menu;
  const may = useMay();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const inForce = menu.in_force.map(readButton);
  const published = menu.buttons.map(readButton);
  const [buttons, setButtons] = useState(menu.version === null ? inForce : published);
  const differs = menu.version !== null && seen(inForce) !== seen(published);
  const publish = useMutation({
    mutationFn: () => publishAccountMenu(account, written(buttons)),
    onSuccess: (answer) => {
      queryClient.setQueryData(accountMenuQuery(account).queryKey, answer);
      notices.done(t.done);
      onDone();
    },
    onError: notices.failed,
  });
  return (
    <div className={styles.stack}>
      <p className={styles.quiet}>
        {t.note}
        {menu.published_at && (
          <>
            {" "}
            {t.published} <When at={menu.published_at} />
            {menu.published_by && ` · ${menu.published_by}`}
          </>
        )}
      </p>
      {differs && (
        <div className={styles.notice} role="status">
          <span>{t.differs}</span>
          <Button size="small" onClick={() => setButtons(inForce)}>
            {t.take}
          </Button>
        </div>
      )}
      <ButtonList label={t.button} buttons={buttons} most={BUTTONS_MAX} isTop onChange={setButtons} />
      {may(rights.writeChannels) && (
        <Button
          type="primary"
          loading={publish.isPending}
          disabled={!buttons.every((each) => isWhole(each))}
          onClick={() => publish.mutate()}
        >
          {buttons.length ? t.publish : t.clear}
        </Button>
      )}
    </div>
  );
}

/** The menu at the foot of an Official Account: looked at, changed, published. */
export function AccountMenu({ account, name }: { account: string; name: string }) {
  const t = useTexts(channelsTexts).menu;
  const [isOpen, setOpen] = useState(false);
  const { data, error, refetch } = useQuery({ ...accountMenuQuery(account), enabled: isOpen });
  const close = () => setOpen(false);
  return (
    <div>
      <Button size="small" icon={<MenuOutlined aria-hidden />} onClick={() => setOpen(true)}>
        {t.open}
      </Button>
      <Drawer open={isOpen} title={`${t.title} · ${name}`} size="large" destroyOnHidden onClose={close}>
        {error && !data ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : data ? (
          <MenuForm key={data.version} account={account} menu={data} onDone={close} />
        ) : (
          <SkeletonLines lines={6} />
        )}
      </Drawer>
    </div>
  );
}
