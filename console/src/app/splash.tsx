import { BrandMark } from "@/shared/ui/brand-mark";
import styles from "./splash.module.css";

export function Splash() {
  return (
    <div className={styles.splash} aria-busy="true">
      <BrandMark size={44} />
    </div>
  );
}
