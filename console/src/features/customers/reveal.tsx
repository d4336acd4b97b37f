import { EyeInvisibleOutlined, EyeOutlined } from "@ant-design/icons";
import { useMutation } from "@tanstack/react-query";
import { Button, Input, Modal } from "antd";
import { useEffect, useState } from "react";
import { revealAttribute, revealIdentity } from "@/api/customers";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Field } from "@/shared/ui/field";
import { useNotices } from "@/shared/ui/use-notices";
import { revealTexts } from "./reveal-texts";
import styles from "./reveal.module.css";

const SHOWN_SECONDS = 60;
const REASON_LENGTH_MAX = 200;
/** As the server does: a reason stays for ever, so it names nobody. */
const PERSONAL = /@|\d{7}/;

export type RevealTarget = { profileId: number } | { attribute: string };

interface RevealProps {
  customerId: number;
  target: RevealTarget;
  /** What it is called: 手机. */
  name: string;
}

interface DialogProps extends RevealProps {
  onShown: (value: unknown) => void;
  onClose: () => void;
}

function RevealDialog({ customerId, target, name, onShown, onClose }: DialogProps) {
  const t = useTexts(revealTexts);
  const notices = useNotices();
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const reveal = useMutation({
    mutationFn: (why: string) =>
      "attribute" in target
        ? revealAttribute(customerId, { attribute: target.attribute, reason: why })
        : revealIdentity(customerId, { profile_id: target.profileId, reason: why }),
    gcTime: 0,
    onSuccess: ({ value }) => onShown(value),
    onError: notices.failed,
  });
  const isGood = Boolean(reason.trim()) && !PERSONAL.test(reason);
  const submit = () => {
    setTried(true);
    if (isGood) reveal.mutate(reason.trim());
  };
  return (
    <Modal
      open
      title={t.title(name)}
      okText={t.ok}
      cancelText={t.cancel}
      confirmLoading={reveal.isPending}
      onOk={submit}
      onCancel={onClose}
    >
      <div className={styles.form}>
        <Field label={t.reason} note={t.reasonNote} error={tried && !isGood ? t.reasonWrong : null}>
          {(control) => (
            <Input
              {...control}
              maxLength={REASON_LENGTH_MAX}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
              onPressEnter={submit}
            />
          )}
        </Field>
        <div className={styles.reasons}>
          {Object.values(t.reasons).map((each) => (
            <Button key={each} size="small" onClick={() => setReason(each)}>
              {each}
            </Button>
          ))}
        </div>
      </div>
    </Modal>
  );
}

/** Seconds left to show it; counts down while there is anything. */
function useSecondsLeft(isShown: boolean, onEnd: () => void) {
  const [left, setLeft] = useState(SHOWN_SECONDS);
  useEffect(() => {
    if (!isShown) return;
    const until = Date.now() + SHOWN_SECONDS * 1000;
    const timer = window.setInterval(() => {
      const seconds = Math.ceil((until - Date.now()) / 1000);
      setLeft(Math.max(seconds, 0));
      if (seconds <= 0) onEnd();
    }, 500);
    return () => {
      window.clearInterval(timer);
      setLeft(SHOWN_SECONDS);
    };
  }, [isShown, onEnd]);
  return left;
}

/** A masked value, with a button for who may see it whole: for a reason, and for a minute. */
export function Masked({ customerId, target, name, masked }: RevealProps & { masked: string }) {
  const t = useTexts(revealTexts);
  const vocabulary = useVocabulary();
  const may = useMay();
  const [isAsking, setAsking] = useState(false);
  const [shown, setShown] = useState<{ value: unknown } | null>(null);
  const [hide] = useState(() => () => setShown(null));
  const left = useSecondsLeft(shown !== null, hide);
  if (!may(rights.revealCustomers)) return masked;
  return (
    <span className={styles.masked}>
      <span className="num">{shown ? vocabulary.value(shown.value) : masked}</span>
      <Button
        type="text"
        size="small"
        className={styles.eye ?? ""}
        icon={shown ? <EyeInvisibleOutlined aria-hidden /> : <EyeOutlined aria-hidden />}
        aria-label={shown ? t.hide : t.show(name)}
        title={shown ? t.hide : t.show(name)}
        onClick={() => (shown ? setShown(null) : setAsking(true))}
      />
      {shown && <small className={styles.left}>{t.left(left)}</small>}
      <span className="visually-hidden" role="status">
        {shown && t.shown}
      </span>
      {isAsking && (
        <RevealDialog
          customerId={customerId}
          target={target}
          name={name}
          onShown={(value) => {
            setShown({ value });
            setAsking(false);
          }}
          onClose={() => setAsking(false)}
        />
      )}
    </span>
  );
}
