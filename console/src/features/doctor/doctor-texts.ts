import { defineTexts } from "@/shared/i18n/texts";

type Figures = Readonly<Record<string, number>>;

/** What a finding means, and what to do about it. */
export interface FindingWords {
  title: (subject: string, figures: Figures) => string;
  /** How it is mended; nothing where all is well. */
  mend?: string;
  /** The page where that is done. */
  to?: string;
}

const figure = (figures: Figures, name: string) => figures[name] ?? 0;
const gigabytes = (figures: Figures) => (figure(figures, "free_mb") / 1024).toFixed(1);

export const doctorTexts = defineTexts({
  zh: {
    lead: "连上了什么、缺什么、哪里不通，以及怎么补上。页面开着时每 15 秒重看一遍。",
    health: { trouble: "有问题", note: "请留意", well: "正常" },
    go: "去处理",
    ofKind: (name: string, kind: string) => `${name}（${kind}）`,
    findings: {
      sign_on: { title: (subject: string) => `统一登录「${subject}」` },
      sign_on_unchecked: {
        title: (subject: string) => `统一登录「${subject}」还没有检查过`,
        mend: "在设置里点「检查」：看看能不能连上身份服务。",
        to: "/settings/sign-on",
      },
      sign_on_troubled: {
        title: (subject: string) => `统一登录「${subject}」连不上，或答得不对`,
        mend: "检查颁发者地址；身份服务停了的话，员工可以先用密码登录。",
        to: "/settings/sign-on",
      },
      database: {
        title: (subject: string) => (subject ? `数据库连不上（${subject}）` : "数据库"),
        mend: "看看 PostgreSQL 是否在运行、磁盘是否已满；内置的会自己重启。",
      },
      columns: {
        title: () => "分析引擎（ClickHouse）",
        mend: "人群与分析暂停，数据不会丢；内置的会自己重启，外接的请检查地址与密码。",
      },
      space: {
        title: (_: string, figures: Figures) => `磁盘剩余 ${gigabytes(figures)} GB`,
        mend: "清理磁盘或换一块更大的：满了之后接收数据会暂停。",
      },
      backup_none: { title: () => "没有设置自动备份", mend: "设置 SIYU_BACKUP_FOLDER，每晚会备份一次。" },
      backup_missing: {
        title: () => "还没有任何备份",
        mend: "今晚会做第一次；想现在就做，运行 ./siyu backup。",
      },
      backup: {
        title: (_: string, figures: Figures) => `最近一次备份在 ${figure(figures, "hours")} 小时前`,
        mend: "每晚的备份没有做成：看看日志与备份文件夹的空间。",
      },
      public_url_missing: {
        title: () => "没有设置对外地址",
        mend: "设置 SIYU_PUBLIC_URL：短链接、表单、活码落地页都从它开始。",
      },
      public_url: { title: () => "对外地址", mend: "它不是 https:// 开头：微信里打开会提示不安全。" },
      inbox: {
        title: (_: string, figures: Figures) => `收件箱里最早的一批已等 ${figure(figures, "seconds")} 秒`,
        mend: "数据进得比处理快：加一个进程，或看看数据库是否很慢。",
      },
      sequencer: { title: () => "日志排号", mend: "没有工作进程在运行：./siyu serve 会带起它们。" },
      consumers: { title: () => "日志的各个读者都跟得上" },
      consumer_behind: {
        title: (subject: string, figures: Figures) =>
          `「${subject}」落后 ${Math.round(figure(figures, "seconds") / 60)} 分钟`,
        mend: "看看工作进程的日志：它可能卡在一批数据上。",
      },
      quarantine: {
        title: (_: string, figures: Figures) => `${figure(figures, "events")} 条数据在隔离区`,
        mend: "它们处理不了，没有丢：./siyu intake 可以查看并重试。",
      },
      jobs_failed: {
        title: (_: string, figures: Figures) => `${figure(figures, "jobs")} 个后台任务失败`,
        mend: "看看工作进程的日志里写了什么。",
      },
      wecom_none: {
        title: () => "还没有连接企业微信",
        mend: "填上企业 ID 与应用的 Secret。",
        to: "/settings/wecom",
      },
      wecom: { title: (subject: string) => `企业微信 · ${subject}` },
      wecom_off: { title: (subject: string) => `企业微信 · ${subject} 已停用`, to: "/settings/wecom" },
      wecom_unchecked: {
        title: (subject: string) => `企业微信 · ${subject} 还没有检查过`,
        mend: "点「检查连接」，看看密钥、可信 IP、回调是否都通。",
        to: "/settings/wecom",
      },
      wecom_troubled: {
        title: (subject: string) => `企业微信 · ${subject} 上次检查有问题`,
        mend: "逐条看检查结果，改好后再检查一次。",
        to: "/settings/wecom",
      },
      callbacks_failed: {
        title: (subject: string, figures: Figures) =>
          `企业微信 · ${subject}：${figure(figures, "callbacks")} 个回调没有处理成`,
        mend: "它们都留着，可以重新处理。",
        to: "/settings/wecom",
      },
      channel: { title: (subject: string) => `渠道 · ${subject}` },
      channel_off: { title: (subject: string) => `渠道 · ${subject} 已停用`, to: "/settings/channels" },
      channel_troubled: {
        title: (subject: string) => `渠道 · ${subject} 上次检查有问题`,
        mend: "看检查结果，改好后再检查一次。",
        to: "/settings/channels",
      },
      second_step: {
        title: (_: string, figures: Figures) =>
          figure(figures, "admins")
            ? `${figure(figures, "admins")} 位管理员没有开两步验证`
            : "管理员都开了两步验证",
        mend: "管理员什么都能做，只靠密码不够：各自点右上角头像 → 两步验证。",
      },
    } satisfies Readonly<Record<string, FindingWords>>,
  },
  en: {
    lead: "What is connected, what is missing, what does not work, and how to mend it. Looked at again every 15 seconds while this page is open.",
    health: { trouble: "Trouble", note: "Check", well: "OK" },
    go: "Fix it",
    ofKind: (name: string, kind: string) => `${name} (${kind})`,
    findings: {
      sign_on: { title: (subject: string) => `Single sign-on “${subject}”` },
      sign_on_unchecked: {
        title: (subject: string) => `Single sign-on “${subject}” was never checked`,
        mend: "Check in the settings whether the identity provider answers.",
        to: "/settings/sign-on",
      },
      sign_on_troubled: {
        title: (subject: string) => `Single sign-on “${subject}” does not answer as it should`,
        mend: "Look at the issuer's address; meanwhile staff log in by their passwords.",
        to: "/settings/sign-on",
      },
      database: {
        title: (subject: string) => (subject ? `The database is away (${subject})` : "Database"),
        mend: "See whether PostgreSQL runs and the disk has room; the embedded one comes up again by itself.",
      },
      columns: {
        title: () => "Analytics engine (ClickHouse)",
        mend: "Segments and insight pause, nothing is lost; the embedded one comes up again by itself, of another check address and password.",
      },
      space: {
        title: (_: string, figures: Figures) => `${gigabytes(figures)} GB free on the disk`,
        mend: "Make room or take a larger disk: once it is full, no data are taken in.",
      },
      backup_none: {
        title: () => "No backups are made",
        mend: "Set SIYU_BACKUP_FOLDER: one is made every night.",
      },
      backup_missing: {
        title: () => "There is no backup yet",
        mend: "The first is made tonight; for one now, run ./siyu backup.",
      },
      backup: {
        title: (_: string, figures: Figures) => `Last backup ${figure(figures, "hours")} hours ago`,
        mend: "The nightly backup failed: look at the log and at the room in its folder.",
      },
      public_url_missing: {
        title: () => "No public address is set",
        mend: "Set SIYU_PUBLIC_URL: short links, forms and pages of codes begin with it.",
      },
      public_url: {
        title: () => "Public address",
        mend: "It does not begin with https://: WeChat warns people who open it.",
      },
      inbox: {
        title: (_: string, figures: Figures) =>
          `The oldest batch of the inbox has waited ${figure(figures, "seconds")} s`,
        mend: "Data come in faster than they are taken: add a process, or see whether the database is slow.",
      },
      sequencer: { title: () => "Numbering of the log", mend: "No worker runs: ./siyu serve starts them." },
      consumers: { title: () => "All readers of the log keep up" },
      consumer_behind: {
        title: (subject: string, figures: Figures) =>
          `“${subject}” is ${Math.round(figure(figures, "seconds") / 60)} minutes behind`,
        mend: "Look at the workers' log: it may be stuck at a batch.",
      },
      quarantine: {
        title: (_: string, figures: Figures) => `${figure(figures, "events")} events are in quarantine`,
        mend: "They could not be taken and are not lost: ./siyu intake shows them and tries them again.",
      },
      jobs_failed: {
        title: (_: string, figures: Figures) => `${figure(figures, "jobs")} background jobs have failed`,
        mend: "See what the workers' log says.",
      },
      wecom_none: {
        title: () => "WeCom is not connected yet",
        mend: "Enter the corp's ID and the secret of the app.",
        to: "/settings/wecom",
      },
      wecom: { title: (subject: string) => `WeCom · ${subject}` },
      wecom_off: { title: (subject: string) => `WeCom · ${subject} is switched off`, to: "/settings/wecom" },
      wecom_unchecked: {
        title: (subject: string) => `WeCom · ${subject} was never checked`,
        mend: "Check the connection: secrets, trusted addresses and callbacks.",
        to: "/settings/wecom",
      },
      wecom_troubled: {
        title: (subject: string) => `WeCom · ${subject}: the last check found trouble`,
        mend: "Go through what it found, mend it and check again.",
        to: "/settings/wecom",
      },
      callbacks_failed: {
        title: (subject: string, figures: Figures) =>
          `WeCom · ${subject}: ${figure(figures, "callbacks")} callbacks came to nothing`,
        mend: "They are kept and can be worked again.",
        to: "/settings/wecom",
      },
      channel: { title: (subject: string) => `Channel · ${subject}` },
      channel_off: {
        title: (subject: string) => `Channel · ${subject} is switched off`,
        to: "/settings/channels",
      },
      channel_troubled: {
        title: (subject: string) => `Channel · ${subject}: the last check found trouble`,
        mend: "See what it found, mend it and check again.",
        to: "/settings/channels",
      },
      second_step: {
        title: (_: string, figures: Figures) =>
          figure(figures, "admins")
            ? `${figure(figures, "admins")} administrators without a second step`
            : "All administrators have a second step",
        mend: "They may do everything, and a password alone is not enough: the avatar at the top right → two-step log-in.",
      },
    } satisfies Readonly<Record<string, FindingWords>>,
  },
});
