import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Input } from "antd";
import type { DefinitionFault } from "@/api/definition-fault";
import type { CodeDefinition } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import { faultAt, replaced, without } from "./code-parts";
import { codesTexts } from "./codes-texts";
import styles from "./codes.module.css";

const LINKS_MAX = 8;

type Links = CodeDefinition["welcomes"][number]["links"];

interface WelcomeLinksProps {
  links: Links;
  /** The place of the links in the document. */
  path: string;
  fault: DefinitionFault | null;
  onChange: (links: Links) => void;
}

/** The links under a welcome. */
export function WelcomeLinks({ links, path, fault, onChange }: WelcomeLinksProps) {
  const t = useTexts(codesTexts);
  return (
    <>
      {links.map((link, n) => {
        const field = (name: keyof typeof link, label: string, most: number) => (
          <Field label={label} error={faultAt(fault, `${path}.${n}.${name}`)}>
            {(control) => (
              <Input
                {...control}
                maxLength={most}
                value={link[name]}
                onChange={(event) => onChange(replaced(links, n, { [name]: event.target.value }))}
              />
            )}
          </Field>
        );
        return (
          <div key={n} role="group" aria-label={t.link(n + 1)} className={styles.link}>
            <div className={styles.itemHead}>
              <span className={styles.quiet}>{t.link(n + 1)}</span>
              <Button
                type="text"
                size="small"
                icon={<CloseOutlined aria-hidden />}
                aria-label={t.removeLink(n + 1)}
                onClick={() => onChange(without(links, n))}
              />
            </div>
            <div className={styles.pair}>
              {field("title", t.linkTitle, 128)}
              {field("url", t.linkUrl, 2048)}
              {field("description", t.linkDescription, 200)}
              {field("picture_url", t.linkPicture, 2048)}
            </div>
          </div>
        );
      })}
      <div>
        <Button
          size="small"
          type="text"
          icon={<PlusOutlined aria-hidden />}
          disabled={links.length >= LINKS_MAX}
          onClick={() => onChange([...links, { title: "", url: "", description: "", picture_url: "" }])}
        >
          {t.addLink}
        </Button>
      </div>
    </>
  );
}
