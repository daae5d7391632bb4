//! For food, travel and transport.
use super::{Entry, entries};

pub(super) const ENTRIES: &[Entry] = entries! {
    "CR00030" 1030 10 Once "取餐提醒"
        { "取餐号" CharacterString "A102", "门店" Thing "湖滨店", "餐品" Thing "热拿铁等 2 件", "时间" Time "12:08" }
    "CR00031" 1031 10 Once "订座成功通知"
        { "门店" Thing "老码头餐厅", "人数" Number "4", "到店时间" Time "2026-11-27 18:30", "桌位" Thing "靠窗 6 号桌" }
    "CR00032" 1032 11 Once "入住提醒"
        { "酒店" Thing "海湾酒店", "房型" Thing "海景双床房", "入住日期" Date "2026-12-01", "离店日期" Date "2026-12-03" }
    "CR00033" 1033 12 Once "行程变更通知"
        { "行程" Thing "海岛三日游", "变更内容" Thing "集合地点改到北门", "集合时间" Time "2026-12-01 07:30", "导游" Name "小林" }
    "CR00034" 1034 13 Once "快递派送通知"
        { "运单号" CharacterString "SF1029384756", "快递员" Name "王师傅", "电话" PhoneNumber "13800000000", "预计送达" Time "2026-11-22 17:00" }
    "CR00003" 1003 14 Once "物流到达提醒"
        { "运单号" CharacterString "SF1029384756", "地点" Thing "东门驿站", "取件码" CharacterString "7-2-1034" }
    "CR00035" 1035 14 Once "货物签收通知"
        { "运单号" CharacterString "L20261122", "签收人" Name "前台", "签收时间" Time "2026-11-22 15:02" }
    "CR00036" 1036 15 Once "入库完成通知"
        { "入库单号" CharacterString "IN-20261122-03", "仓库" Thing "二号仓", "件数" Number "48", "时间" Time "2026-11-22 11:30" }
    "CR00037" 1037 25 Once "车辆保养提醒"
        { "车牌号" CarNumber "粤A8Z888", "保养项目" Thing "更换机油", "预约时间" Time "2026-11-29 09:00", "门店" Thing "城西服务站" }
    "CR00038" 1038 25 Once "停车缴费通知"
        { "车牌号" CarNumber "粤A8Z888", "停车场" Thing "中央广场地下", "时长" Thing "2 小时 10 分", "金额" Amount "12元" }
    "CR00039" 1039 26 Once "摩托车年检提醒"
        { "车牌号" CarNumber "粤A1234", "到期日" Date "2026-12-20", "办理地点" Thing "城南检测站" }
    "CR00040" 1040 27 Long "列车晚点通知"
        { "车次" CharacterString "G7301", "车站" Thing "杭州东", "预计到达" Time "2026-11-22 10:42", "晚点" Thing "约 15 分钟" }
    "CR00041" 1041 27 Long "车票预订成功"
        { "车次" CharacterString "G7301", "乘车人" Name "张三", "发车时间" Time "2026-11-22 09:05", "座位" Thing "05 车 12A" }
    "CR00042" 1042 28 Long "航班动态提醒"
        { "航班号" CharacterString "CA1509", "状态" Phrase "已值机", "登机口" CharacterString "B12", "起飞时间" Time "2026-11-22 13:20" }
};
