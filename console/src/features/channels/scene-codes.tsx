import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState } from "react";
import { makeSceneCode, sceneCodesQuery } from "@/api/channels";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Field } from "@/shared/ui/field";
import { useNotices } from "@/shared/ui/use-notices";
import { When } from "@/shared/ui/when";
import { channelsTexts } from "./channels-texts";
import styles from "./channels-page.module.css";

const SHOWN = 5;

/** Codes of an Official Account by which it is known where a follower came from. */
export function SceneCodes({ account }: { account: string }) {
  const t = useTexts(channelsTexts);
  const may = useMay();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const { data } = useQuery(sceneCodesQuery(account));
  const [scene, setScene] = useState("");
  const [name, setName] = useState("");
  const [days, setDays] = useState("");
  const make = useMutation({
    mutationFn: () =>
      makeSceneCode(account, { scene: scene.trim(), name: name.trim(), days: days ? Number(days) : null }),
    onSuccess: async () => {
      notices.done(t.codes.made);
      setScene("");
      setName("");
      await queryClient.invalidateQueries({ queryKey: ["scene-codes", account] });
    },
    onError: notices.failed,
  });
  return (
    <section className={styles.codes} aria-label={t.codes.title}>
      <h4 className={styles.codesTitle}>{t.codes.title}</h4>
      <p className={styles.quiet}>{t.codes.note}</p>
      {data && data.length > 0 && (
        <ul className={styles.codeList}>
          {data.slice(0, SHOWN).map((each) => (
            <li key={each.scene} className={styles.line}>
              <strong>{each.name}</strong>
              <code>{each.scene}</code>
              <span className={styles.quiet}>
                {each.expires_at ? (
                  <>
                    {t.codes.until} <When at={each.expires_at} none="" />
                  </>
                ) : (
                  t.codes.lasts
                )}
              </span>
              <a href={each.picture_url} target="_blank" rel="noreferrer">
                {t.codes.picture}
              </a>
            </li>
          ))}
        </ul>
      )}
      {data?.length === 0 && <p className={styles.quiet}>{t.codes.none}</p>}
      {may(rights.writeChannels) && (
        <div className={styles.codeForm}>
          <Field label={t.codes.name}>
            {(control) => (
              <Input {...control} maxLength={80} value={name} onChange={(e) => setName(e.target.value)} />
            )}
          </Field>
          <Field label={t.codes.scene}>
            {(control) => (
              <Input {...control} maxLength={64} value={scene} onChange={(e) => setScene(e.target.value)} />
            )}
          </Field>
          <Field label={t.codes.days}>
            {(control) => (
              <Input
                {...control}
                inputMode="numeric"
                value={days}
                onChange={(e) => setDays(e.target.value.replace(/\D/g, "").slice(0, 2))}
              />
            )}
          </Field>
          <Button
            loading={make.isPending}
            disabled={!scene.trim() || !name.trim()}
            onClick={() => make.mutate()}
          >
            {t.codes.make}
          </Button>
        </div>
      )}
    </section>
  );
}
