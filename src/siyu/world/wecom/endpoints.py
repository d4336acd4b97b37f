"""Which path leads where, and who may call it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from siyu.world.wecom import (
    acquisition,
    chats,
    contacts,
    customers,
    kf,
    mass,
    media,
    messages,
    moments,
    oauth,
    statistics,
    tags,
    tickets,
    transfers,
    ways,
    welcome,
)
from siyu.world.wecom.calls import Call, File, Reply

Handler = Callable[[Call], Reply | File]
PREFIX = "/cgi-bin"
TOKEN_PATH = f"{PREFIX}/gettoken"


class Right(StrEnum):
    """What an app needs for a call: nothing but its token, a place among those that may call customer contact or customer
    service, or to be an app and not the address book's secret."""

    ANY = "any"
    APP = "app"
    CUSTOMERS = "customers"
    KF = "kf"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One call of the API, with the methods it takes. An exempt one counts into no rate."""

    methods: str
    handler: Handler
    right: Right
    is_exempt: bool = False


CUSTOMER_GETS: dict[str, Handler] = {
    "get_follow_user_list": customers.get_follow_user_list,
    "list": customers.list_customers,
    "get": customers.get_customer,
    "customer_acquisition_quota": acquisition.get_quota,
    "get_moment_task_result": moments.get_moment_task_result,
}

CUSTOMER_POSTS: dict[str, Handler] = {
    "batch/get_by_user": customers.batch_get_by_user,
    "remark": customers.remark,
    "convert_to_openid": customers.convert_to_openid,
    "unionid_to_external_userid": customers.convert_unionid,
    "get_corp_tag_list": tags.get_corp_tag_list,
    "add_corp_tag": tags.add_corp_tag,
    "edit_corp_tag": tags.edit_corp_tag,
    "del_corp_tag": tags.del_corp_tag,
    "mark_tag": tags.mark_tag,
    "add_contact_way": ways.add_contact_way,
    "get_contact_way": ways.get_contact_way,
    "list_contact_way": ways.list_contact_way,
    "update_contact_way": ways.update_contact_way,
    "del_contact_way": ways.del_contact_way,
    "close_temp_chat": ways.close_temp_chat,
    "groupchat/list": chats.list_chats,
    "groupchat/get": chats.get_chat,
    "groupchat/add_join_way": chats.add_join_way,
    "groupchat/get_join_way": chats.get_join_way,
    "groupchat/update_join_way": chats.update_join_way,
    "groupchat/del_join_way": chats.del_join_way,
    "groupchat/transfer": chats.transfer_chats,
    "groupchat/onjob_transfer": chats.transfer_chats_on_job,
    "customer_acquisition/create_link": acquisition.create_link,
    "customer_acquisition/update_link": acquisition.update_link,
    "customer_acquisition/delete_link": acquisition.delete_link,
    "customer_acquisition/get": acquisition.get_link,
    "customer_acquisition/list_link": acquisition.list_links,
    "customer_acquisition/customer": acquisition.list_link_customers,
    "customer_acquisition/statistic": acquisition.get_statistic,
    "customer_acquisition/get_chat_info": acquisition.get_chat_info,
    "send_welcome_msg": welcome.send_welcome_msg,
    "group_welcome_template/add": welcome.add_group_welcome,
    "group_welcome_template/edit": welcome.edit_group_welcome,
    "group_welcome_template/get": welcome.get_group_welcome,
    "group_welcome_template/del": welcome.del_group_welcome,
    "add_msg_template": mass.add_msg_template,
    "get_groupmsg_list_v2": mass.get_groupmsg_list,
    "get_groupmsg_task": mass.get_groupmsg_task,
    "get_groupmsg_send_result": mass.get_groupmsg_send_result,
    "remind_groupmsg_send": mass.remind_groupmsg_send,
    "cancel_groupmsg_send": mass.cancel_groupmsg_send,
    "add_moment_task": moments.add_moment_task,
    "cancel_moment_task": moments.cancel_moment_task,
    "get_moment_list": moments.get_moment_list,
    "get_moment_task": moments.get_moment_task,
    "get_moment_customer_list": moments.get_moment_customer_list,
    "get_moment_send_result": moments.get_moment_send_result,
    "get_moment_comments": moments.get_moment_comments,
    "get_user_behavior_data": statistics.get_user_behavior_data,
    "transfer_customer": transfers.transfer_customer,
    "transfer_result": transfers.transfer_result,
    "get_unassigned_list": transfers.get_unassigned_list,
    "resigned/transfer_customer": transfers.transfer_of_resigned,
    "resigned/transfer_result": transfers.result_of_resigned,
}

KF_POSTS: dict[str, Handler] = {
    "account/add": kf.add_account,
    "account/update": kf.update_account,
    "account/del": kf.del_account,
    "add_contact_way": kf.add_kf_contact_way,
    "servicer/add": kf.add_servicers,
    "servicer/del": kf.del_servicers,
    "service_state/get": kf.get_state,
    "service_state/trans": kf.change_state,
    "sync_msg": kf.sync_messages,
    "send_msg": kf.send_kf_message,
    "send_msg_on_event": kf.send_on_event,
    "customer/batchget": kf.batch_get_kf_customers,
}

ENDPOINTS: dict[str, Endpoint] = {
    f"{PREFIX}/get_api_domain_ip": Endpoint("GET", contacts.list_addresses, Right.ANY),
    f"{PREFIX}/getcallbackip": Endpoint("GET", contacts.list_addresses, Right.ANY),
    f"{PREFIX}/user/get": Endpoint("GET", contacts.get_user, Right.ANY),
    f"{PREFIX}/user/simplelist": Endpoint("GET", contacts.simple_list_users, Right.ANY),
    f"{PREFIX}/user/list": Endpoint("GET", contacts.list_users, Right.ANY),
    f"{PREFIX}/user/list_id": Endpoint("POST", contacts.list_user_ids, Right.ANY),
    f"{PREFIX}/user/getuserid": Endpoint("POST", contacts.find_by_mobile, Right.ANY),
    f"{PREFIX}/user/get_userid_by_email": Endpoint("POST", contacts.find_by_email, Right.ANY),
    f"{PREFIX}/department/list": Endpoint("GET", contacts.list_departments, Right.ANY),
    f"{PREFIX}/department/simplelist": Endpoint("GET", contacts.simple_list_departments, Right.ANY),
    f"{PREFIX}/department/get": Endpoint("GET", contacts.get_department, Right.ANY),
    f"{PREFIX}/agent/get": Endpoint("GET", contacts.get_agent, Right.APP),
    f"{PREFIX}/agent/list": Endpoint("GET", contacts.list_agents, Right.APP),
    f"{PREFIX}/auth/getuserinfo": Endpoint("GET", oauth.get_user_info, Right.APP, is_exempt=True),
    f"{PREFIX}/user/getuserinfo": Endpoint("GET", oauth.get_user_info_formerly, Right.APP, is_exempt=True),
    f"{PREFIX}/auth/getuserdetail": Endpoint("POST", oauth.get_user_detail, Right.APP),
    f"{PREFIX}/get_jsapi_ticket": Endpoint("GET", tickets.get_jsapi_ticket, Right.APP),
    f"{PREFIX}/ticket/get": Endpoint("GET", tickets.get_ticket, Right.APP),
    f"{PREFIX}/media/upload": Endpoint("POST", media.upload, Right.APP),
    f"{PREFIX}/media/uploadimg": Endpoint("POST", media.upload_image, Right.APP),
    f"{PREFIX}/media/upload_attachment": Endpoint("POST", media.upload_attachment, Right.APP),
    f"{PREFIX}/media/get": Endpoint("GET", media.get_media, Right.APP),
    f"{PREFIX}/message/send": Endpoint("POST", messages.send_message, Right.APP, is_exempt=True),
    f"{PREFIX}/kf/account/list": Endpoint("GET POST", kf.list_accounts, Right.KF),  # once the one, now the other
    f"{PREFIX}/kf/servicer/list": Endpoint("GET", kf.list_servicers, Right.KF),
    **{
        f"{PREFIX}/externalcontact/{path}": Endpoint("GET", one, Right.CUSTOMERS) for path, one in CUSTOMER_GETS.items()
    },
    **{
        f"{PREFIX}/externalcontact/{path}": Endpoint("POST", one, Right.CUSTOMERS)
        for path, one in CUSTOMER_POSTS.items()
    },
    **{f"{PREFIX}/kf/{path}": Endpoint("POST", one, Right.KF) for path, one in KF_POSTS.items()},
}
