import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Input } from "antd";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Panel } from "@/shared/ui/panel";
import { TimeSpan } from "@/shared/ui/time-span";
import { segmentSource } from "@/api/sources";
import { PickOne } from "@/shared/ui/picker";
import { faultAt, replaced, without, type CodePart } from "./code-parts";
import { codesTexts } from "./codes-texts";
import { WelcomeLinks } from "./welcome-links";
import styles from "./codes.module.css";

const WELCOMES_MAX = 20;
const DAY_MINUTES = 24 * 60;

/** What who comes by a code is greeted with, by the time and by who they are. */
export function CodeWelcomes({ code, fault, onChange }: CodePart) {
  const t = useTexts(codesTexts);
  const may = useMay();
  return (
    <Panel title={t.welcomes} note={t.welcomesNote}>
      <div className={styles.stack}>
        {code.welcomes.map((welcome, n) => {
          const set = (changed: Partial<typeof welcome>) =>
            onChange({ welcomes: replaced(code.welcomes, n, changed) });
          return (
            <div key={n} className={styles.item}>
              <div className={styles.itemHead}>
                <TimeSpan
                  label={t.welcomeText(n + 1)}
                  begins={welcome.begins}
                  ends={welcome.ends}
                  onChange={set}
                />
                <Button
                  type="text"
                  size="small"
                  icon={<CloseOutlined aria-hidden />}
                  aria-label={t.removeWelcome(n + 1)}
                  onClick={() => onChange({ welcomes: without(code.welcomes, n) })}
                />
              </div>
              <PickOne
                source={segmentSource}
                enabled={may(rights.readSegments)}
                label={t.segment}
                none={`${t.segment} · ${t.anySegment}`}
                value={welcome.segment_id ?? null}
                onChange={(id) => set({ segment_id: id })}
              />
              <Input.TextArea
                aria-label={t.welcomeText(n + 1)}
                autoSize={{ minRows: 2, maxRows: 8 }}
                maxLength={1300}
                value={welcome.text}
                status={faultAt(fault, `welcomes.${n}.text`) ? "error" : ""}
                onChange={(event) => set({ text: event.target.value })}
              />
              <WelcomeLinks
                links={welcome.links}
                path={`welcomes.${n}.links`}
                fault={fault}
                onChange={(links) => set({ links })}
              />
              {faultAt(fault, `welcomes.${n}`) && !faultAt(fault, `welcomes.${n}.links`) && (
                <p role="alert" className={styles.fault}>
                  {faultAt(fault, `welcomes.${n}`)}
                </p>
              )}
            </div>
          );
        })}
        <div>
          <Button
            size="small"
            type="dashed"
            icon={<PlusOutlined aria-hidden />}
            disabled={code.welcomes.length >= WELCOMES_MAX}
            onClick={() =>
              onChange({
                welcomes: [
                  ...code.welcomes,
                  { text: "", begins: 0, ends: DAY_MINUTES, segment_id: null, links: [] },
                ],
              })
            }
          >
            {t.addWelcome}
          </Button>
        </div>
      </div>
    </Panel>
  );
}
