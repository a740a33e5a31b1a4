home = 首頁
problem-too-long = 最多 { $max } 個字
