home = 首页
problem-too-long = 最多 { $max } 个字
