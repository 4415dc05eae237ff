"""Invented claims beside the one place they cite: some hold, the others are wrong in one point."""

from __future__ import annotations

import pytest

from rag.checking import supports

HELD = [
    ("It opened on March 4, 2025.", "It opened on 2025-03-04."),
    ("It opened on 4 March 2025.", "It opened on March 4, 2025."),
    ("The reading room opened in March 2025.", "The reading room opened on 4 March 2025."),
    ("2025年3月4日开馆。", "图书馆于2025-03-04开馆。"),
    ("图书馆于二〇二五年三月四日开馆。", "图书馆于 2025 年 3 月 4 日开馆。"),
    ("開館日期為2025年3月4日。", "开馆日期为 2025/3/4。"),
    ("It weighs four kilograms.", "It weighs 4 kg."),
    ("重量为4公斤。", "重量为 4 kg。"),
    ("重量为４千克。", "重量为四公斤。"),
    ("费用为一千二百元。", "费用为1,200元。"),
    ("The lift carries 1200 people a day.", "The lift carries 1,200 people a day."),
    ("The lift carries twelve hundred people.", "The lift carries 1,200 people."),
    ("Sales rose to 1.2 million units.", "Sales rose to 1,200,000 units."),
    ("人口约1.2亿。", "人口约120000000。"),
    ("About 3 in 4 members agreed.", "About three in four members agreed."),
    ("The fee is $5.", "The fee is 5 dollars."),
    ("The rate is 5%.", "The rate is five percent."),
    ("占比百分之五。", "占比5%。"),
    ("利率上升了２个百分点。", "利率上升了2个百分点。"),
    ("The hall is open from 9:30 to 5 pm.", "The hall is open from 9:30 to 17:00."),
    ("展厅下午3点关闭。", "展厅15:00关闭。"),
    ("Neither roof nor wall leaks.", "The roof does not leak and the wall does not leak."),
    ("The lid must not be opened.", "Never open the lid."),
    ("Dr Lena Ortiz founded the Halden Institute.", "Lena Ortiz founded the Halden Institute."),
    ("The Halden Institute dates from 1998.", "The Halden Institute dates from 1998, in Bergen."),
    ("該館位於臺北。", "该馆位于台北。"),
    ("《灯塔手记》由林知远所写。", "林知远写了《灯塔手记》一书。"),
    ("No more than 5 guests may stay.", "At most five guests may stay."),
    ("押金不超过300元。", "押金至多 300 元。"),
    ("The KX-7B runs at 24 V.", "The KX7B runs at 24 volts."),
]
WRONG = [
    ("It opened on April 3, 2025.", "It opened on 2025-03-04."),
    ("It opened on March 4, 2024.", "It opened on 2025-03-04."),
    ("图书馆于2025年4月3日开馆。", "图书馆于2025-03-04开馆。"),
    ("It took place in the 1980s.", "It took place in the 1990s."),
    ("The fee is 5 euros.", "The fee is $5."),
    ("费用为1,200美元。", "费用为1,200元。"),
    ("费用为一千三百元。", "费用为1,200元。"),
    ("It weighs 4 g.", "It weighs 4 kg."),
    ("重量为4克。", "重量为4公斤。"),
    ("The lake is 12.5 km long.", "The lake is 1.25 km long."),
    ("The rate rose 5 percentage points.", "The rate rose 5 percent."),
    ("利率上升了2%。", "利率上升了2个百分点。"),
    ("The store is at -5 °C.", "The store is at 5 °C."),
    ("The hall closes at 5 am.", "The hall closes at 5 pm."),
    ("展厅上午3点关闭。", "展厅下午3点关闭。"),
    ("At most 5 guests may stay.", "At least 5 guests may stay."),
    ("押金不超过300元。", "押金不少于300元。"),
    ("温度低于20度时启动。", "温度高于20度时启动。"),
    ("The form is due before 3 May.", "The form is due after 3 May."),
    ("申请须在审核之后提交。", "申请须在审核之前提交。"),
    ("王芳负责该项目。", "李强负责该项目。"),
    (
        "The Halden Institute was founded by Marta Vogel.",
        "Lena Ortiz founded the Halden Institute.",
    ),
    ("《灯塔手记》由林知远所写。", "《渡口手记》由林知远所写。"),
    ("The KX-7C runs at 24 V.", "The KX-7B runs at 24 V."),
    ("The door may be opened.", "The door may not be opened."),
    ("会员可以退票。", "会员不可以退票。"),
    ("会员不得转让门票。", "会员可以转让门票。"),
    ("第三季度收入上升。", "第二季度收入上升。"),
    ("The level fell in spring.", "The level rose in spring."),
    ("The clinic treats horses.", "The tramway closes for repairs every winter."),
]


@pytest.mark.parametrize(("claim", "quote"), HELD)
def test_a_claim_in_another_form_holds(claim: str, quote: str) -> None:
    assert supports(claim, [quote])


@pytest.mark.parametrize(("claim", "quote"), WRONG)
def test_a_claim_that_is_wrong_in_one_point_does_not_hold(claim: str, quote: str) -> None:
    assert not supports(claim, [quote])
