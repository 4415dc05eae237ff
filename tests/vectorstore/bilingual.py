"""Texts of all lengths in English and Chinese: what embedders are compared on."""

from __future__ import annotations

_EN = (
    "pump", "X-200B", "4 kg", "Warranty", "How heavy is it?", "Keep dry.", "Yes", "2025-03-18",
    "The pump weighs 4 kg.", "Press the red button twice.", "The battery lasts ten hours.",
    "Employees receive 25 days of paid leave.", "Invoices are due within 30 days of receipt.",
    "Never open the housing while the motor is running.", "What is the daily meal allowance?",
    "The sensor reports temperature and humidity every ten seconds over the bus.",
    "Travel in business class requires approval by the head of department.",
    "Firmware 2.4 fixes a fault in which the display stayed dark after a restart.",
    "Returns are accepted within fourteen days if the packaging is undamaged.",
    "Visitors must sign in at the gate and wear a helmet in the marked area.",
    "A leak was found in valve 7; it has been replaced and tested at 6 bar.",
    "The board approved the budget for the second quarter by seven votes to two.",
    "To reset the device, hold the power button for five seconds, then release it.",
    "Passwords have at least twelve characters and are changed when they leak.",
    "The X-200 is supplied with a cable of two metres and a wall mount.",
    "Old price: 120 euros. New price from May: 132 euros, excluding tax.",
    "Error E-17 means that the filter is blocked; clean it and start again.",
    "HTTP", "ok", "a",
)  # fmt: skip
_ZH = (
    "水泵", "保修", "多重？", "四公斤", "请保持干燥。", "是", "二〇二五年三月", "价格",
    "水泵重 4 公斤。", "连按两次红色按钮。", "电池可使用十小时。", "员工享有二十五天带薪年假。",
    "发票须在收到后三十天内支付。", "电机运转时切勿打开外壳。", "每日餐费补贴是多少？",
    "传感器每十秒通过总线报告一次温度和湿度。", "乘坐商务舱须经部门负责人批准。",
    "固件 2.4 修复了重启后显示屏不亮的故障。", "包装完好的商品可在十四天内退货。",
    "访客须在门口登记，并在标记区域内佩戴安全帽。", "七号阀门发现泄漏，已更换并在 6 巴下测试。",
    "董事会以七票对两票通过了第二季度预算。", "要重置设备，请按住电源键五秒钟，然后松开。",
    "密码至少十二个字符，泄露后须更换。", "X-200 随附两米长的电缆和壁挂支架。",
    "旧价：120 欧元。五月起新价：132 欧元，不含税。", "错误 E-17 表示过滤器堵塞；清洁后重新启动。",
    "员工手册", "的", "好",
)  # fmt: skip
LONG = (
    "The quick inspection of pumps and valves is described in the manual. " * 18
    + "每台设备每年检查一次，检查结果记录在案。" * 4
)
TEXTS = (*_EN, *_ZH, LONG[:400], LONG)
