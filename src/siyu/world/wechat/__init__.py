"""Official Accounts and mini programs as their clients meet them, without WeChat: a server that stands for api.weixin.qq.com.

Built like the emulated WeCom (`siyu.world.wecom`), whose clock, limits, faults and parameters it uses. People are named by their
unionid, by which both worlds know the same person.
"""
