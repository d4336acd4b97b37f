import { Input, Select } from "antd";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Field } from "@/shared/ui/field";
import { CHANNELS, IDENTITY_KINDS, VALUE_TYPES, type MappingProps, type Meaning } from "./import-draft";
import { importsTexts } from "./imports-texts";
import styles from "./imports.module.css";

const ROLES = ["nothing", "identity", "attribute", "consent", "first_seen_at", "lead_note"] as const;

function newMeaning(role: Meaning["role"], column: string): Meaning {
  switch (role) {
    case "identity":
      return { role, kind: "member_id" };
    case "attribute":
      return { role, name: column, type: "auto" };
    case "consent":
      return { role, channel: "sms" };
    default:
      return { role };
  }
}

interface MeaningProps {
  column: string;
  meaning: Meaning;
  onChange: (meaning: Meaning) => void;
}

/** What goes with a meaning: the kind of identity, the attribute's name and type, the channel. */
function MeaningDetail({ column, meaning, onChange }: MeaningProps) {
  const t = useTexts(importsTexts).mapping;
  const { say } = useVocabulary();
  if (meaning.role === "identity")
    return (
      <Select
        aria-label={`${column} · ${t.customerKind}`}
        value={meaning.kind}
        onChange={(kind) => onChange({ ...meaning, kind })}
        options={IDENTITY_KINDS.map((value) => ({ value, label: say("identities", value) }))}
      />
    );
  if (meaning.role === "attribute")
    return (
      <div className={styles.pair}>
        <Input
          aria-label={`${column} · ${t.attributeName}`}
          maxLength={100}
          value={meaning.name}
          onChange={(event) => onChange({ ...meaning, name: event.target.value })}
        />
        <Select
          aria-label={`${column} · ${t.type}`}
          value={meaning.type}
          onChange={(type) => onChange({ ...meaning, type })}
          options={VALUE_TYPES.map((value) => ({ value, label: t.types[value] }))}
        />
      </div>
    );
  if (meaning.role === "consent")
    return (
      <Select<string>
        aria-label={`${column} · ${t.channel}`}
        value={meaning.channel}
        onChange={(channel) => onChange({ ...meaning, channel })}
        options={CHANNELS.map((value) => ({ value, label: say("channels", value) }))}
      />
    );
  return <span />;
}

/** Each column of a file of customers, and what it says. */
export function CustomerMapping({ look, draft, onChange }: MappingProps) {
  const t = useTexts(importsTexts).mapping;
  const roles = draft.leadSource.trim() ? ROLES : ROLES.filter((each) => each !== "lead_note");
  const set = (column: string, meaning: Meaning) =>
    onChange({ meanings: { ...draft.meanings, [column]: meaning } });
  const example = (place: number) => look.rows.map((row) => row.cells[place]).find(Boolean) ?? "—";
  const may = useMay();
  const isNobody = !Object.values(draft.meanings).some(({ role }) => role === "identity");
  return (
    <>
      {isNobody && (
        <p role="alert" className={styles.others}>
          {t.identityNeeded}
        </p>
      )}
      {may(rights.assignLeads) && (
        <Field label={t.leadSource} note={t.leadSourceNote}>
          {(control) => (
            <Input
              {...control}
              maxLength={60}
              placeholder={t.leadSourceExample}
              value={draft.leadSource}
              onChange={(event) => onChange({ leadSource: event.target.value })}
            />
          )}
        </Field>
      )}
      <ul className={styles.meanings}>
        {look.columns.map((column, place) => {
          const meaning = draft.meanings[column] ?? { role: "nothing" };
          return (
            <li key={column} className={styles.meaning}>
              <div className={styles.words}>
                <span className={styles.strong}>{column || "—"}</span>
                <span className={styles.quiet}>{example(place)}</span>
              </div>
              <Select
                aria-label={`${column} · ${t.meaning}`}
                value={meaning.role}
                onChange={(role) => set(column, newMeaning(role, column))}
                options={roles.map((value) => ({ value, label: t.roles[value] }))}
              />
              <MeaningDetail column={column} meaning={meaning} onChange={(changed) => set(column, changed)} />
            </li>
          );
        })}
      </ul>
    </>
  );
}
