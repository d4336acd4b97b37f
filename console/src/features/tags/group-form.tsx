import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Checkbox, Input, Modal } from "antd";
import { useId, useState } from "react";
import { createTagGroup, saveTagGroup } from "@/api/tags";
import type { TagColour, TagGroup } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Field } from "@/shared/ui/field";
import { useNotices } from "@/shared/ui/use-notices";
import { staffSource } from "@/api/sources";
import { PickOne } from "@/shared/ui/picker";
import { tagsTexts } from "./tags-texts";
import styles from "./tags-page.module.css";

interface ColourFieldProps {
  value: TagColour;
  onChange: (colour: TagColour) => void;
}

function ColourField({ value, onChange }: ColourFieldProps) {
  const t = useTexts(tagsTexts);
  const id = useId();
  return (
    <div role="radiogroup" aria-labelledby={id}>
      <span id={id} className={styles.legend}>
        {t.colour}
      </span>
      <div className={styles.swatches}>
        {(Object.keys(t.colours) as TagColour[]).map((colour) => (
          <label
            key={colour}
            className={styles.swatch}
            style={{ "--hue": `var(--tag-${colour})` }}
            title={t.colours[colour]}
          >
            <input
              type="radio"
              name={id}
              aria-label={t.colours[colour]}
              checked={value === colour}
              onChange={() => onChange(colour)}
            />
            <span aria-hidden="true" />
          </label>
        ))}
      </div>
    </div>
  );
}

interface OwnerFieldProps {
  group: TagGroup | null;
  value: number | null;
  onChange: (ownerId: number | null) => void;
}

/** Who of the staff answers for the group; for who may see the staff. */
function OwnerField({ group, value, onChange }: OwnerFieldProps) {
  const t = useTexts(tagsTexts);
  return (
    <Field label={t.ownerField}>
      {(control) => (
        <PickOne
          source={staffSource}
          control={control}
          label={t.ownerField}
          none={t.nobody}
          fits={(each) => each.is_active}
          names={group?.owner_id ? { [group.owner_id]: group.owner_name ?? "" } : undefined}
          value={value}
          onChange={onChange}
        />
      )}
    </Field>
  );
}

/** A group to be made, or the one that is given. */
export function GroupForm({ group, onClose }: { group: TagGroup | null; onClose: () => void }) {
  const t = useTexts(tagsTexts);
  const may = useMay();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const [name, setName] = useState(group?.name ?? "");
  const [colour, setColour] = useState<TagColour>(group?.colour ?? "teal");
  const [isExclusive, setExclusive] = useState(group?.is_exclusive ?? false);
  const [ownerId, setOwnerId] = useState(group?.owner_id ?? null);
  const [tried, setTried] = useState(false);
  const save = useMutation({
    mutationFn: () => {
      const draft = { name: name.trim(), colour, is_exclusive: isExclusive, owner_id: ownerId };
      return group ? saveTagGroup(group.group_id, { ...draft, place: group.place }) : createTagGroup(draft);
    },
    onSuccess: async () => {
      notices.done(t.saved);
      await queryClient.invalidateQueries({ queryKey: ["tag-groups"] });
      onClose();
    },
    onError: notices.failed,
  });
  const submit = () => {
    setTried(true);
    if (name.trim()) save.mutate();
  };
  return (
    <Modal
      open
      title={group ? t.editGroup : t.newGroup}
      okText={t.save}
      cancelText={t.cancel}
      confirmLoading={save.isPending}
      onOk={submit}
      onCancel={onClose}
    >
      <div className={styles.form}>
        <Field label={t.name} error={tried && !name.trim() ? t.needed : null}>
          {(control) => (
            <Input
              {...control}
              maxLength={40}
              value={name}
              onChange={(event) => setName(event.target.value)}
              onPressEnter={submit}
            />
          )}
        </Field>
        <ColourField value={colour} onChange={setColour} />
        {may(rights.readCompany) && <OwnerField group={group} value={ownerId} onChange={setOwnerId} />}
        <div className={styles.check}>
          <Checkbox checked={isExclusive} onChange={(event) => setExclusive(event.target.checked)}>
            {t.exclusive}
          </Checkbox>
          <p className={styles.quiet}>{t.exclusiveNote}</p>
        </div>
      </div>
    </Modal>
  );
}
