import { InfoCircleOutlined } from "@ant-design/icons";
import { Tooltip } from "antd";
import type { ReactNode } from "react";
import styles from "./hint.module.css";

/** A small mark beside a word; what the word means appears on hover and on focus. */
export function Hint({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Tooltip title={children} trigger={["hover", "focus", "click"]}>
      <button type="button" className={styles.mark} aria-label={label}>
        <InfoCircleOutlined aria-hidden />
      </button>
    </Tooltip>
  );
}
