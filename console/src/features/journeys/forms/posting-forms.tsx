import { AttachmentsField } from "@/shared/materials/attachments-field";
import type { FormProps } from "./form-props";
import { MessageText } from "./message-text";
import styles from "./forms.module.css";

/** What is posted in groups. */
export function GroupMessageForm({ node, faultOf, onChange }: FormProps<"group_message">) {
  return (
    <div className={styles.form}>
      <MessageText text={node} faultOf={faultOf} onChange={(change) => onChange({ ...node, ...change })} />
      <AttachmentsField
        attachments={node.attachments}
        error={faultOf("attachments")}
        onChange={(attachments) => onChange({ ...node, attachments })}
      />
    </div>
  );
}

const IN_MOMENTS = ["image", "link"] as const;

/** What an account posts among its moments. */
export function MomentForm({ node, faultOf, onChange }: FormProps<"moment">) {
  const { body, link_url, attachments } = node;
  return (
    <div className={styles.form}>
      <MessageText
        text={{ body, link_url }}
        faultOf={faultOf}
        onChange={(change) =>
          onChange({
            ...node,
            body: change.body ?? body,
            link_url: change.link_url === undefined ? link_url : change.link_url,
          })
        }
      />
      <AttachmentsField
        attachments={attachments}
        kinds={IN_MOMENTS}
        error={faultOf("attachments")}
        onChange={(next) => onChange({ ...node, attachments: next })}
      />
    </div>
  );
}
