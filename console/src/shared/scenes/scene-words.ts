import { counted } from "@/shared/i18n/counted";
import { defineTexts } from "@/shared/i18n/texts";

const two = (hour: number) => String(hour).padStart(2, "0");

const zhDays = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
const enDays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

const devices: Record<string, string> = {
  ios: "iOS",
  android: "Android",
  harmony: "HarmonyOS",
  windows: "Windows",
  mac: "macOS",
  linux: "Linux",
};

/** What the server calls `ios` is written as its maker does; anything else as it came. */
export const deviceName = (name: string) => devices[name] ?? name;

export const sceneWords = defineTexts({
  zh: {
    day: (weekday: number) => zhDays[weekday - 1] ?? "",
    weekday: "星期",
    hour: (hour: number) => `${two(hour)}:00`,
    between: (hour: number) => `${two(hour)}:00–${two((hour + 1) % 24)}:00`,
    acts: (count: string) => `${count} 次`,
    people: (count: string) => `${count} 位`,
    cell: (day: string, hours: string, count: string) => `${day} ${hours}，${count} 次行为`,
  },
  en: {
    day: (weekday: number) => enDays[weekday - 1] ?? "",
    weekday: "Day",
    hour: (hour: number) => `${two(hour)}:00`,
    between: (hour: number) => `${two(hour)}:00–${two((hour + 1) % 24)}:00`,
    acts: (count: string) => counted(count, "act"),
    people: (count: string) => counted(count, "customer"),
    cell: (day: string, hours: string, count: string) => `${day} ${hours}: ${counted(count, "act")}`,
  },
});
