//! For every trade, for computers, for money.
use super::{Entry, entries};

pub(super) const ENTRIES: &[Entry] = entries! {
    "CR00001" 1001 0 Once "订单状态更新"
        { "订单号" CharacterString "20261122001", "商品" Thing "手冲咖啡 250 克", "状态" Phrase "已发货" }
    "CR00002" 1002 0 Once "付款成功通知"
        { "金额" Amount "68.00元", "商品" Thing "月度会员", "时间" Time "2026-11-22 18:30" }
    "CR00004" 1004 0 Once "预约成功通知"
        { "项目" Thing "洗牙", "时间" Time "2026-11-25 09:30", "地点" Thing "三楼 302 室" }
    "CR00008" 1008 0 Once "服务变更公告"
        { "服务" Thing "图书馆自习室", "内容" Thing "开放时间延长至 23 点", "生效时间" Date "2026-12-01" }
    "CR00009" 1009 0 Once "退款到账通知"
        { "订单号" CharacterString "20261122001", "退款金额" Amount "68.00元", "退回方式" Thing "原路退回", "到账时间" Time "2026-11-23 10:00" }
    "CR00010" 1010 0 Once "预约取消通知"
        { "项目" Thing "洗牙", "原定时间" Time "2026-11-25 09:30", "取消原因" Thing "医生临时停诊" }
    "CR00011" 1011 0 Once "排队叫号提醒"
        { "排队号" CharacterString "A017", "前面还有" Number "3", "窗口" Thing "二号窗口" }
    "CR00012" 1012 0 Once "待办事项提醒"
        { "事项" Thing "提交报销单", "截止时间" Time "2026-11-30 18:00", "备注" Thing "请附发票" }
    "CR00013" 1013 0 Once "会员积分变动"
        { "会员卡号" CharacterString "VIP-002913", "变动积分" Number "120", "当前积分" Number "1580", "时间" Time "2026-11-22 18:30" }
    "CR00014" 1014 0 Once "优惠券到期提醒"
        { "优惠券" Thing "满 100 减 20", "到期时间" Date "2026-11-30", "使用范围" Thing "全部门店" }
    "CR00015" 1015 0 Once "问题反馈处理结果"
        { "反馈编号" CharacterString "F-20261122-7", "问题" Thing "门禁刷卡无反应", "处理结果" Thing "已更换读卡器" }
    "CR00016" 1016 0 Once "会议邀请通知"
        { "会议主题" Thing "季度例会", "时间" Time "2026-11-27 14:00~15:30", "地点" Thing "四楼会议室", "发起人" Name "陈工" }
    "CR00017" 1017 1 Once "商品降价提醒"
        { "商品" Thing "降噪耳机", "原价" Amount "899元", "现价" Amount "699元" }
    "CR00018" 1018 1 Once "商品到货提醒"
        { "商品" Thing "手工陶瓷杯", "到货时间" Time "2026-11-24 10:00", "数量" Number "30" }
    "CR00019" 1019 2 Once "版本发布通知"
        { "产品" Thing "记账本", "版本" CharacterString "v3.2.0", "更新内容" Thing "新增家庭共享账本", "时间" Time "2026-11-22 20:00" }
    "CR00020" 1020 2 Once "账号登录提醒"
        { "账号" CharacterString "ada@example.com", "登录时间" Time "2026-11-22 21:08", "登录地点" Thing "杭州", "设备" Thing "Windows 电脑" }
    "CR00007" 1007 3 Once "设备告警通知"
        { "设备" Thing "3 号水泵", "告警" Thing "水压过低", "时间" Time "2026-11-22 03:14" }
    "CR00021" 1021 4 Once "维修进度通知"
        { "送修单号" CharacterString "R20261122", "设备" Thing "扫地机器人", "进度" Phrase "检测中", "预计完成" Date "2026-11-28" }
    "CR00022" 1022 5 Once "流量用量提醒"
        { "号码" PhoneNumber "13800000000", "已用流量" Thing "18.2 GB", "剩余流量" Thing "1.8 GB", "截止时间" Time "2026-11-22 12:00" }
    "CR00023" 1023 5 Once "话费余额不足提醒"
        { "号码" PhoneNumber "13800000000", "余额" Amount "4.60元", "时间" Time "2026-11-22 12:00" }
    "CR00024" 1024 6 Once "活动开服提醒"
        { "游戏" Thing "星海远航", "活动" Thing "周年庆副本", "开始时间" Time "2026-11-28 20:00" }
    "CR00025" 1025 7 Long "账户变动通知"
        { "账户尾号" CharacterString "8821", "交易类型" Phrase "转入", "交易金额" Amount "1200.00元", "余额" Amount "8613.40元", "交易时间" Time "2026-11-22 09:41" }
    "CR00026" 1026 7 Long "还款日提醒"
        { "卡片尾号" CharacterString "8821", "应还金额" Amount "2310.55元", "还款日" Date "2026-12-05" }
    "CR00027" 1027 8 Long "基金交易确认"
        { "产品" Thing "稳健一年持有", "确认份额" Number "980.12", "确认金额" Amount "1000元", "确认日期" Date "2026-11-24" }
    "CR00028" 1028 9 Long "保单到期提醒"
        { "保单号" CharacterString "P2025-118-0042", "险种" Thing "家庭财产险", "到期日" Date "2026-12-31" }
    "CR00029" 1029 9 Long "理赔进度通知"
        { "案件号" CharacterString "C20261122", "进度" Phrase "已结案", "赔付金额" Amount "860元", "时间" Time "2026-11-22 16:20" }
};
