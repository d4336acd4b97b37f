import { Checkbox, Input, Select } from "antd";
import { useId } from "react";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Field } from "@/shared/ui/field";
import { Panel } from "@/shared/ui/panel";
import { CHANNELS, type Draft } from "./import-draft";
import { importsTexts } from "./imports-texts";
import styles from "./imports.module.css";

interface TermsPanelProps {
  draft: Draft;
  onChange: (change: Partial<Draft>) => void;
}

function ConsentDeclaration({ draft, onChange }: TermsPanelProps) {
  const t = useTexts(importsTexts).terms;
  const { say } = useVocabulary();
  const id = useId();
  return (
    <div className={styles.consent} role="group" aria-labelledby={id}>
      <p id={id} className={styles.consentTitle}>
        {t.consent}
      </p>
      <p className={styles.consentNote}>{t.consentNote}</p>
      <Checkbox.Group<string>
        value={[...draft.channels]}
        onChange={(channels) => onChange({ channels })}
        options={CHANNELS.map((value) => ({ value, label: say("channels", value) }))}
      />
    </div>
  );
}

/** What holds for all rows: the source, the time zone, and what their owner declares. */
export function TermsPanel({ draft, onChange }: TermsPanelProps) {
  const t = useTexts(importsTexts).terms;
  const may = useMay();
  return (
    <Panel title={t.title}>
      <div className={styles.fields}>
        <Field label={t.sourceName} note={t.sourceNameNote}>
          {(control) => (
            <Input
              {...control}
              maxLength={200}
              value={draft.sourceName}
              onChange={(event) => onChange({ sourceName: event.target.value })}
            />
          )}
        </Field>
        <Field label={t.zone} note={t.zoneNote}>
          {(control) => (
            <Select
              {...control}
              aria-label={t.zone}
              value={draft.zone}
              onChange={(zone) => onChange({ zone })}
              options={Object.entries(t.zones).map(([value, label]) => ({ value, label }))}
            />
          )}
        </Field>
        <Field label={t.atFormat} note={t.atFormatNote}>
          {(control) => (
            <Input
              {...control}
              maxLength={60}
              value={draft.atFormat}
              onChange={(event) => onChange({ atFormat: event.target.value })}
            />
          )}
        </Field>
      </div>
      {(draft.kind === "orders" || draft.kind === "customers") && may(rights.writeConsents) && (
        <ConsentDeclaration draft={draft} onChange={onChange} />
      )}
    </Panel>
  );
}
