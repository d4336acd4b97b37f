import { Button } from "antd";
import { useState } from "react";
import type { Customer } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Panel } from "@/shared/ui/panel";
import { identityTexts } from "./identity-texts";
import { JoinDialog } from "./join-dialog";
import { MergeHistory } from "./merge-history";
import { PartDialog } from "./part-dialog";
import { Masked } from "./reveal";
import styles from "./customer-page.module.css";

/** Under which identities a customer is known, how those came together, and taking them apart. */
export function IdentityPanel({ customer }: { customer: Customer }) {
  const t = useTexts(identityTexts);
  const vocabulary = useVocabulary();
  const may = useMay();
  const [open, setOpen] = useState<"part" | "join" | null>(null);
  const several = customer.identities.length > 1;
  const actions = may(rights.mergeCustomers) && (
    <span className={styles.actions}>
      {several && (
        <Button size="small" onClick={() => setOpen("part")}>
          {t.part}
        </Button>
      )}
      <Button size="small" onClick={() => setOpen("join")}>
        {t.join}
      </Button>
    </span>
  );
  return (
    <Panel title={t.title} note={several && t.note} extra={actions}>
      <dl className={styles.facts}>
        {customer.identities.map((identity) => (
          <div key={identity.profile_id}>
            <dt>{vocabulary.say("identities", identity.kind)}</dt>
            <dd className="num">
              <Masked
                customerId={customer.customer_id}
                target={{ profileId: identity.profile_id }}
                name={vocabulary.say("identities", identity.kind)}
                masked={identity.value_masked}
              />
            </dd>
          </div>
        ))}
      </dl>
      <MergeHistory customer={customer} />
      {open === "part" && <PartDialog customer={customer} onClose={() => setOpen(null)} />}
      {open === "join" && <JoinDialog customer={customer} onClose={() => setOpen(null)} />}
    </Panel>
  );
}
