import { defineTexts } from "@/shared/i18n/texts";

/** What a file of customers can hold besides attributes. */
export const exportTexts = defineTexts({
  zh: {
    columns: {
      customer_id: "客户编号",
      name: "姓名",
      contact: "联系方式（打码）",
      city: "城市",
      first_seen_at: "首次出现",
      last_seen_at: "最近出现",
      orders: "订单数",
      revenue: "消费金额",
      last_order_at: "最近下单",
      tags: "标签",
    },
  },
  en: {
    columns: {
      customer_id: "Customer id",
      name: "Name",
      contact: "Contact (masked)",
      city: "City",
      first_seen_at: "First seen",
      last_seen_at: "Last seen",
      orders: "Orders",
      revenue: "Revenue",
      last_order_at: "Last order",
      tags: "Tags",
    },
  },
});
