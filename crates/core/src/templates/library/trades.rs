//! For houses, shops, services, leisure and the rest.
use super::{Entry, entries};

pub(super) const ENTRIES: &[Entry] = entries! {
    "CR00058" 1058 29 Once "工程进度通知"
        { "项目" Thing "滨江二期", "阶段" Thing "主体封顶", "完成日期" Date "2026-11-20", "负责人" Name "孙工" }
    "CR00059" 1059 30 Once "物业缴费通知"
        { "房号" CharacterString "3-1202", "费用项目" Thing "十一月物业费", "金额" Amount "286.40元", "缴费截止" Date "2026-11-30" }
    "CR00060" 1060 30 Once "报修处理通知"
        { "报修单号" CharacterString "W-1182", "报修内容" Thing "楼道灯不亮", "处理状态" Phrase "已派单", "维修人员" Name "郑师傅" }
    "CR00061" 1061 31 Once "新品上市通知"
        { "商品" Thing "春季限定礼盒", "上市日期" Date "2026-12-01", "价格" Amount "128元", "渠道" Thing "线上与门店" }
    "CR00062" 1062 32 Once "案件进展通知"
        { "案号" Thing "（2026）民初 118 号", "进展" Thing "排期开庭", "时间" Time "2026-12-08 09:00", "承办律师" Name "吴律师" }
    "CR00063" 1063 33 Once "参展入场提醒"
        { "展会" Thing "城市设计周", "入场时间" Time "2026-12-05 09:00", "地点" Thing "会展中心 3 号馆", "入场码" CharacterString "EX-7712" }
    "CR00064" 1064 34 Once "看房预约通知"
        { "房源" Thing "湖畔花园两居", "时间" Time "2026-11-28 15:00", "经纪人" Name "小何", "电话" PhoneNumber "13800000000" }
    "CR00065" 1065 35 Once "认证结果通知"
        { "认证项目" Thing "质量管理体系", "结果" Phrase "已通过", "证书编号" CharacterString "QMS-2026-081", "有效期至" Date "2029-11-21" }
    "CR00066" 1066 36 Once "审计资料提交提醒"
        { "项目" Thing "年度审计", "资料" Thing "往来款询证函", "截止日期" Date "2026-12-10", "联系人" Name "钱经理" }
    "CR00067" 1067 37 Once "订阅内容更新"
        { "栏目" Thing "港口早报", "标题" Thing "渡轮冬季时刻表", "更新时间" Time "2026-11-22 07:00" }
    "CR00005" 1005 38 Once "活动开始提醒"
        { "活动" Thing "城市夜跑", "时间" Time "2026-11-28 19:00", "地点" Thing "滨江公园北门" }
    "CR00068" 1068 38 Once "场地预订成功"
        { "场馆" Thing "体育中心", "场地" Thing "羽毛球 3 号场", "时间" Time "2026-11-29 19:00~21:00", "金额" Amount "80元" }
    "CR00069" 1069 39 Once "演出开场提醒"
        { "演出" Thing "海边音乐会", "开场时间" Time "2026-12-06 19:30", "座位" Thing "B 区 6 排 11 座", "地点" Thing "大剧院" }
    "CR00070" 1070 40 Once "印刷完成通知"
        { "订单号" CharacterString "PR-20261122", "品名" Thing "校庆纪念册", "数量" Number "500", "取货地点" Thing "东门文印店" }
    "CR00071" 1071 41 Once "报名结果通知"
        { "项目" Thing "社区志愿者", "姓名" Name "张三", "结果" Phrase "已录取", "时间" Time "2026-11-22 10:05" }
};
