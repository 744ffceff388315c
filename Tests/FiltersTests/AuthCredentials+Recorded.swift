import TestSupport

extension AuthCredentials {
    /// What the program printed for the moment at which a test gateway's clock begins.
    static func recorded() throws -> AuthCredentials { try AuthCredentials(json: recording) }
}

/// `auth_credentials.py 1767225600`
private let recording = #"""
    {
     "now": 1767225600,
     "jwks": {
      "all": "{\"keys\": [{\"kty\": \"EC\", \"crv\": \"P-256\", \"x\": \"EDOqF0ydTsaOzx_o-picxSU_M0J9AQ-FIuR-XnDjuuY\", \"y\": \"QxOFUhERz1lwRqEsV8AsHaCUmVtnXJ8uzmZaZ-xTYsg\", \"kid\": \"ES256\", \"alg\": \"ES256\", \"use\": \"sig\"}, {\"kty\": \"EC\", \"crv\": \"P-384\", \"x\": \"bIAydCRipl_ZxAJUrp0z51eQycipJ0cyXhqQ1ONiV_3Wx2Y_avBVV61mYl24pAti\", \"y\": \"6EnkgYT_1wLzlCe2ivrbEhbcJlV14TGZ6y0v2qolDbavlbMP_rLliz0PBPmiHWwx\", \"kid\": \"ES384\", \"alg\": \"ES384\", \"use\": \"sig\"}, {\"kty\": \"EC\", \"crv\": \"P-521\", \"x\": \"ActhQn9dv-gbsN6VRtEavLvwnmyoGcrYzgeUFYyCefpOT3tglmF6aL63DcmD8OALl5sqZcSBVd_0zKc78U57xkuR\", \"y\": \"AXW0xeALJuO5tiOR3yFU1dWunT3-O7XD3cehtBnssO3H0UOXHBL1Wxz-pJFkns7lN8Yrutt8fTkDN8enQEzp5O1S\", \"kid\": \"ES512\", \"alg\": \"ES512\", \"use\": \"sig\"}, {\"x\": \"sYlh5smMIbqjGGoLE9GH58jhFznnUJ2_tuMhQewGwHg\", \"kty\": \"OKP\", \"crv\": \"Ed25519\", \"kid\": \"EdDSA\", \"alg\": \"EdDSA\", \"use\": \"sig\"}, {\"kty\": \"RSA\", \"n\": \"1QTaF8GE2fGLJ4sWFA1ARejpwasdrMDdwIVXYyZp2BG627JZpIh_r9v7QPqH6BzQTjzMXJZ6ANG25X0HE0ke52WDlLeXGw3bazVrzqnFTct10-Cwwmal_8d3rrG1RbXkXn-R_rR7ndPwxvabC5s-Lk3bE6DSygB4dSgexDccxESDgxZHB025VRLzLlkTSpjgO8eIy2fz2FZHx5KHb22maZUwYYIG8PIgXqeDRQcDodPSdskcfkOKrsPTE8KNmXK9hDE08WVCNffFzZG6YYmdVlLQEliPf7MLWrWRkVqG5RBT_8sJ6H-jl2JBEQTY0bTc29jqjg9YUmZNCIrBiTudFw\", \"e\": \"AQAB\", \"kid\": \"RS256\", \"alg\": \"RS256\", \"use\": \"sig\"}, {\"kty\": \"RSA\", \"n\": \"1QTaF8GE2fGLJ4sWFA1ARejpwasdrMDdwIVXYyZp2BG627JZpIh_r9v7QPqH6BzQTjzMXJZ6ANG25X0HE0ke52WDlLeXGw3bazVrzqnFTct10-Cwwmal_8d3rrG1RbXkXn-R_rR7ndPwxvabC5s-Lk3bE6DSygB4dSgexDccxESDgxZHB025VRLzLlkTSpjgO8eIy2fz2FZHx5KHb22maZUwYYIG8PIgXqeDRQcDodPSdskcfkOKrsPTE8KNmXK9hDE08WVCNffFzZG6YYmdVlLQEliPf7MLWrWRkVqG5RBT_8sJ6H-jl2JBEQTY0bTc29jqjg9YUmZNCIrBiTudFw\", \"e\": \"AQAB\", \"kid\": \"RS384\", \"alg\": \"RS384\", \"use\": \"sig\"}, {\"kty\": \"RSA\", \"n\": \"1QTaF8GE2fGLJ4sWFA1ARejpwasdrMDdwIVXYyZp2BG627JZpIh_r9v7QPqH6BzQTjzMXJZ6ANG25X0HE0ke52WDlLeXGw3bazVrzqnFTct10-Cwwmal_8d3rrG1RbXkXn-R_rR7ndPwxvabC5s-Lk3bE6DSygB4dSgexDccxESDgxZHB025VRLzLlkTSpjgO8eIy2fz2FZHx5KHb22maZUwYYIG8PIgXqeDRQcDodPSdskcfkOKrsPTE8KNmXK9hDE08WVCNffFzZG6YYmdVlLQEliPf7MLWrWRkVqG5RBT_8sJ6H-jl2JBEQTY0bTc29jqjg9YUmZNCIrBiTudFw\", \"e\": \"AQAB\", \"kid\": \"RS512\", \"alg\": \"RS512\", \"use\": \"sig\"}, {\"kty\": \"RSA\", \"n\": \"1QTaF8GE2fGLJ4sWFA1ARejpwasdrMDdwIVXYyZp2BG627JZpIh_r9v7QPqH6BzQTjzMXJZ6ANG25X0HE0ke52WDlLeXGw3bazVrzqnFTct10-Cwwmal_8d3rrG1RbXkXn-R_rR7ndPwxvabC5s-Lk3bE6DSygB4dSgexDccxESDgxZHB025VRLzLlkTSpjgO8eIy2fz2FZHx5KHb22maZUwYYIG8PIgXqeDRQcDodPSdskcfkOKrsPTE8KNmXK9hDE08WVCNffFzZG6YYmdVlLQEliPf7MLWrWRkVqG5RBT_8sJ6H-jl2JBEQTY0bTc29jqjg9YUmZNCIrBiTudFw\", \"e\": \"AQAB\", \"kid\": \"PS256\", \"alg\": \"PS256\", \"use\": \"sig\"}, {\"kty\": \"RSA\", \"n\": \"1QTaF8GE2fGLJ4sWFA1ARejpwasdrMDdwIVXYyZp2BG627JZpIh_r9v7QPqH6BzQTjzMXJZ6ANG25X0HE0ke52WDlLeXGw3bazVrzqnFTct10-Cwwmal_8d3rrG1RbXkXn-R_rR7ndPwxvabC5s-Lk3bE6DSygB4dSgexDccxESDgxZHB025VRLzLlkTSpjgO8eIy2fz2FZHx5KHb22maZUwYYIG8PIgXqeDRQcDodPSdskcfkOKrsPTE8KNmXK9hDE08WVCNffFzZG6YYmdVlLQEliPf7MLWrWRkVqG5RBT_8sJ6H-jl2JBEQTY0bTc29jqjg9YUmZNCIrBiTudFw\", \"e\": \"AQAB\", \"kid\": \"PS384\", \"alg\": \"PS384\", \"use\": \"sig\"}, {\"kty\": \"RSA\", \"n\": \"1QTaF8GE2fGLJ4sWFA1ARejpwasdrMDdwIVXYyZp2BG627JZpIh_r9v7QPqH6BzQTjzMXJZ6ANG25X0HE0ke52WDlLeXGw3bazVrzqnFTct10-Cwwmal_8d3rrG1RbXkXn-R_rR7ndPwxvabC5s-Lk3bE6DSygB4dSgexDccxESDgxZHB025VRLzLlkTSpjgO8eIy2fz2FZHx5KHb22maZUwYYIG8PIgXqeDRQcDodPSdskcfkOKrsPTE8KNmXK9hDE08WVCNffFzZG6YYmdVlLQEliPf7MLWrWRkVqG5RBT_8sJ6H-jl2JBEQTY0bTc29jqjg9YUmZNCIrBiTudFw\", \"e\": \"AQAB\", \"kid\": \"PS512\", \"alg\": \"PS512\", \"use\": \"sig\"}, {\"k\": \"YSBzaGFyZWQgc2VjcmV0IG9mIDY0IGJ5dGVzLCBzbyB0aGF0IGl0IGlzIGVub3VnaCBmb3IgYWxsIHRocmVlISE\", \"kty\": \"oct\", \"kid\": \"HS256\", \"alg\": \"HS256\", \"use\": \"sig\"}, {\"k\": \"YSBzaGFyZWQgc2VjcmV0IG9mIDY0IGJ5dGVzLCBzbyB0aGF0IGl0IGlzIGVub3VnaCBmb3IgYWxsIHRocmVlISE\", \"kty\": \"oct\", \"kid\": \"HS384\", \"alg\": \"HS384\", \"use\": \"sig\"}, {\"k\": \"YSBzaGFyZWQgc2VjcmV0IG9mIDY0IGJ5dGVzLCBzbyB0aGF0IGl0IGlzIGVub3VnaCBmb3IgYWxsIHRocmVlISE\", \"kty\": \"oct\", \"kid\": \"HS512\", \"alg\": \"HS512\", \"use\": \"sig\"}]}",
      "rsa": "{\"keys\": [{\"kty\": \"RSA\", \"n\": \"1QTaF8GE2fGLJ4sWFA1ARejpwasdrMDdwIVXYyZp2BG627JZpIh_r9v7QPqH6BzQTjzMXJZ6ANG25X0HE0ke52WDlLeXGw3bazVrzqnFTct10-Cwwmal_8d3rrG1RbXkXn-R_rR7ndPwxvabC5s-Lk3bE6DSygB4dSgexDccxESDgxZHB025VRLzLlkTSpjgO8eIy2fz2FZHx5KHb22maZUwYYIG8PIgXqeDRQcDodPSdskcfkOKrsPTE8KNmXK9hDE08WVCNffFzZG6YYmdVlLQEliPf7MLWrWRkVqG5RBT_8sJ6H-jl2JBEQTY0bTc29jqjg9YUmZNCIrBiTudFw\", \"e\": \"AQAB\", \"kid\": \"rsa\"}]}",
      "shared": "{\"keys\": [{\"k\": \"YSBzaGFyZWQgc2VjcmV0IG9mIDY0IGJ5dGVzLCBzbyB0aGF0IGl0IGlzIGVub3VnaCBmb3IgYWxsIHRocmVlISE\", \"kty\": \"oct\", \"kid\": \"shared\"}]}",
      "anonymous": "{\"keys\": [{\"kty\": \"EC\", \"crv\": \"P-256\", \"x\": \"EDOqF0ydTsaOzx_o-picxSU_M0J9AQ-FIuR-XnDjuuY\", \"y\": \"QxOFUhERz1lwRqEsV8AsHaCUmVtnXJ8uzmZaZ-xTYsg\"}, {\"kty\": \"RSA\", \"n\": \"1QTaF8GE2fGLJ4sWFA1ARejpwasdrMDdwIVXYyZp2BG627JZpIh_r9v7QPqH6BzQTjzMXJZ6ANG25X0HE0ke52WDlLeXGw3bazVrzqnFTct10-Cwwmal_8d3rrG1RbXkXn-R_rR7ndPwxvabC5s-Lk3bE6DSygB4dSgexDccxESDgxZHB025VRLzLlkTSpjgO8eIy2fz2FZHx5KHb22maZUwYYIG8PIgXqeDRQcDodPSdskcfkOKrsPTE8KNmXK9hDE08WVCNffFzZG6YYmdVlLQEliPf7MLWrWRkVqG5RBT_8sJ6H-jl2JBEQTY0bTc29jqjg9YUmZNCIrBiTudFw\", \"e\": \"AQAB\"}]}",
      "mixed": "{\"keys\": [{\"kty\": \"EC\", \"crv\": \"P-256\", \"x\": \"EDOqF0ydTsaOzx_o-picxSU_M0J9AQ-FIuR-XnDjuuY\", \"y\": \"QxOFUhERz1lwRqEsV8AsHaCUmVtnXJ8uzmZaZ-xTYsg\", \"kid\": \"e\", \"use\": \"enc\"}, {\"kty\": \"AKP\", \"kid\": \"x\"}, {\"kty\": \"EC\", \"crv\": \"P-256\", \"x\": \"EDOqF0ydTsaOzx_o-picxSU_M0J9AQ-FIuR-XnDjuuY\", \"y\": \"QxOFUhERz1lwRqEsV8AsHaCUmVtnXJ8uzmZaZ-xTYsg\", \"kid\": \"ES256\"}]}"
     },
     "tokens": {
      "ES256": "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJpc3N1ZXItYSIsInN1YiI6ImFsaWNlIiwiYXVkIjpbImFwaSIsIm90aGVyIl0sImV4cCI6MTc2NzIyOTIwMCwiaWF0IjoxNzY3MjI1NjAwfQ.1mssK84Lw08JrIISVyKBUwHoRHTqaInpPNXO4E5qMhvkBZsmrkjhrtGsozFCec4H5sFWmO5CZxMgqEZBuppP6w",
      "ES384": "eyJhbGciOiJFUzM4NCIsImtpZCI6IkVTMzg0IiwidHlwIjoiSldUIn0.eyJpc3MiOiJpc3N1ZXItYSIsInN1YiI6ImFsaWNlIiwiYXVkIjpbImFwaSIsIm90aGVyIl0sImV4cCI6MTc2NzIyOTIwMCwiaWF0IjoxNzY3MjI1NjAwfQ.BYrYfDCsvfuppTsd0tknX2UqFOFD9TZEzl4GKAB3REacBwLpPihGcrpaDX7I221B_9M4WJmtKnKpX8pN1WzFRM3QZy3hZkxMFWvu_E1vGppZ_MfH-CIhPLfpwdExB_XS",
      "ES512": "eyJhbGciOiJFUzUxMiIsImtpZCI6IkVTNTEyIiwidHlwIjoiSldUIn0.eyJpc3MiOiJpc3N1ZXItYSIsInN1YiI6ImFsaWNlIiwiYXVkIjpbImFwaSIsIm90aGVyIl0sImV4cCI6MTc2NzIyOTIwMCwiaWF0IjoxNzY3MjI1NjAwfQ.AHE8dDXgmZTGL4Vt09JkBPsc0c6XcFiB-U_7cTY8pMDEwj05-LOX3dvD-iOsyGczx2hNv1HLJNgAK_BhDZy316MfAauC3XLdm1xah4ptdpSQaEsU4r_8Pw4uEurSSpvITF1ngDs_97J5VJfKWyDFxOvoevPKxqDRxrfmXw7XiAGThgba",
      "EdDSA": "eyJhbGciOiJFZERTQSIsImtpZCI6IkVkRFNBIiwidHlwIjoiSldUIn0.eyJpc3MiOiJpc3N1ZXItYSIsInN1YiI6ImFsaWNlIiwiYXVkIjpbImFwaSIsIm90aGVyIl0sImV4cCI6MTc2NzIyOTIwMCwiaWF0IjoxNzY3MjI1NjAwfQ.Gljev_A3ttIB3ZugV4nFj_ylJ61sveQVcm-Xb4J0EAQ3BFBBi99qxdH04eU_DWxG4rsG3H4XOlx9V5-EqWIKAg",
      "RS256": "eyJhbGciOiJSUzI1NiIsImtpZCI6IlJTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJpc3N1ZXItYSIsInN1YiI6ImFsaWNlIiwiYXVkIjpbImFwaSIsIm90aGVyIl0sImV4cCI6MTc2NzIyOTIwMCwiaWF0IjoxNzY3MjI1NjAwfQ.x1ESykrbbAtZvd7W4vQDGh1qhnGinD3LrrI_tYJLVLEojxcbEqYoryQ1Cju93XqKrGunpnwPId2rHLiTVwTR3lwbrMF9qYEGqztioapvDK6V96TmaFtp1ZYBSQ_et7kERdAYvZKCz5v7Q67DBR16P73iub3y_5Bj06G2aW7n0xN0rXFOqwhlV8VfUc9_zvwnj6zrraCu3nnW0fo5OM8n2vIDQvsTWuRZnPRR1rwfdOHUp12ayU5mB0r7g5GwtGZpgJGkAnuoAt5IWWaqoxHTSG6FZrAbyzGQPiMaT9jligp3CT_QfbNqwHmADOF8G2_Jl_TF4c_Q8dRsZzq3QpMrcA",
      "RS384": "eyJhbGciOiJSUzM4NCIsImtpZCI6IlJTMzg0IiwidHlwIjoiSldUIn0.eyJpc3MiOiJpc3N1ZXItYSIsInN1YiI6ImFsaWNlIiwiYXVkIjpbImFwaSIsIm90aGVyIl0sImV4cCI6MTc2NzIyOTIwMCwiaWF0IjoxNzY3MjI1NjAwfQ.fHCyglBfTO0BI6KSreBfpVRD7EWR2GSV71UHoFgoxhfm1qiaeAD0n2iy2wzUEkQO3AypjXFeSDzuqYlqLYCnK4HinAIA-bPLrrWwe7hYw3tXy6Uk5JWt34pSF9FiBrQ0HDX0X_dcBQjLnpIy5sYE1u83HBbnjGFEMkJ6sIfzpsNgvBw2dgAZFnhzogbA10F7wikgY1EmZ4RvHyWbZWUU2LnoFETHWEwLlWhYlIGE35OQVJU3FZyIgxsoME8YciclZmc1t0mkAKqyfMfLpkGiDPd7_zW1MOD6pV4hQR6Dq4oPU9ztLOYX7OucuWmc_eyDTRfrqFGJPyWjqpHKCM31Gw",
      "RS512": "eyJhbGciOiJSUzUxMiIsImtpZCI6IlJTNTEyIiwidHlwIjoiSldUIn0.eyJpc3MiOiJpc3N1ZXItYSIsInN1YiI6ImFsaWNlIiwiYXVkIjpbImFwaSIsIm90aGVyIl0sImV4cCI6MTc2NzIyOTIwMCwiaWF0IjoxNzY3MjI1NjAwfQ.cViUI6xUB4K0p3eFxmEvramhovqVv-87pWHrDoxsDb4IQ0sFzHdfrTI-XYipg6lnooMRl_c-ex29xIPGH1OSwLQM9U2xbnrFQmy1SD88KKAlOSMyKWpMvQaoIkTXJi7ifOW8t3Ze31HUSc6SJHGvWdmZiAXqYCT7p7gJv4iUf0SweDUkzONyFtFx2D7xMJJaCV5YIo8kaonVvLLyg9S35gQaDS7dNgOVkprhbUwsT7cjfs6i6W6Oe2FApV_AouQJ7bhCZP3TmDAdwvu0MX-kRXB9-0ir6gXHbCooIQtsGeooAUzZlGJcLHk_gE4l0zAzvDjMqOyw6_KaCYCsJRi4jg",
      "PS256": "eyJhbGciOiJQUzI1NiIsImtpZCI6IlBTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJpc3N1ZXItYSIsInN1YiI6ImFsaWNlIiwiYXVkIjpbImFwaSIsIm90aGVyIl0sImV4cCI6MTc2NzIyOTIwMCwiaWF0IjoxNzY3MjI1NjAwfQ.HPcNwTuBBkD_5KlDCuFxTmTDvsJFO616CnsD3mwcYlel4Hj-xKkGD-zEuaigtdWMA9f3m2iyBD8EgzrFcFPUskb2U40FbVhoNdnuMtY921qP-FqSUiBRhKCQB7vKF7mtmH0scUg78f2b28RI5-hfxpfzjJEkC8FN_t8xrScRbkPOqTm1lvGwNA6lmWNO2BZmnhLdI415gSPm48LEkMsSyWgAjeFeqOVZuj53oRRnsHcztzx8IIwVj-T4CHPjLzv2j2Lqmqr2UVnjE00ZYsxejDkFUrbpBNEJ4_ZwOAA-70CvQixTZNK3WFbJVRRW4cF5vbMxRvaLuEJa8yNW2eiDFA",
      "PS384": "eyJhbGciOiJQUzM4NCIsImtpZCI6IlBTMzg0IiwidHlwIjoiSldUIn0.eyJpc3MiOiJpc3N1ZXItYSIsInN1YiI6ImFsaWNlIiwiYXVkIjpbImFwaSIsIm90aGVyIl0sImV4cCI6MTc2NzIyOTIwMCwiaWF0IjoxNzY3MjI1NjAwfQ.hnq9fWgWod8PlPEmaSM7PG-m7qRQkZrriuVmsnYHe5RyHrRZP3_4GRhz_qaYFPQeersRZ5CgR1MYrodBG9KcnuUeLkC9tmFRDHgt9wGbbG7JLiXo3ZVc61FGsTybG7yu6klngmfSpQBBls6e39nnQCR52wwg8hjU-44-hoT484faX0vCFkXF40oteGB8rsbA7YfSDIlt5tdg2tI8MGtxqs6h4XdWyjEBcgwkdFmJpnqW_8AT-4YmO9h6HGTeeNPcffr5FN-kixXWkUe93kHpVwKuK-jgoKE42dc-mIx0casoetUJ6yhal4GEm7yOd2Ke20dRQCI8D10ywAguAdTO4w",
      "PS512": "eyJhbGciOiJQUzUxMiIsImtpZCI6IlBTNTEyIiwidHlwIjoiSldUIn0.eyJpc3MiOiJpc3N1ZXItYSIsInN1YiI6ImFsaWNlIiwiYXVkIjpbImFwaSIsIm90aGVyIl0sImV4cCI6MTc2NzIyOTIwMCwiaWF0IjoxNzY3MjI1NjAwfQ.xKbPntiqhUER2qkFoZ4pvBUIx0NzkSMGRQyyKXjK1ZLTM2jOhFp8t5I8pgJqsjO6Q2Q8myX9Q-Yx4juQdxW7EQ7iUTgCgbws9tQPk89SF4l_-eo0W2ibju6pPiaOdbinSuiGK5_LmbPtGybUugu6wsq_upIZ7PhIEUzOw1fGkVX11x-J1rWsEmgZhdnDB9oi9ylvPf1QQDPIvK3DZVwgu3fZGLQorwATYRLfGRjNeaJAmg5qsD7KpVKfcMs1yQDI1nAFI2bwT_FSk3X31s4AYkbcTzXLYJaoHSikkx1xAvXkQDV5Cl2Tcyg7KWHm2qTcx9TI9SsXRkPKdlgrUr3hXw",
      "HS256": "eyJhbGciOiJIUzI1NiIsImtpZCI6IkhTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJpc3N1ZXItYSIsInN1YiI6ImFsaWNlIiwiYXVkIjpbImFwaSIsIm90aGVyIl0sImV4cCI6MTc2NzIyOTIwMCwiaWF0IjoxNzY3MjI1NjAwfQ.oKfOwXbmc-WLSrWgLWkSraHQATEJ1WoKJjabyYYj76o",
      "HS384": "eyJhbGciOiJIUzM4NCIsImtpZCI6IkhTMzg0IiwidHlwIjoiSldUIn0.eyJpc3MiOiJpc3N1ZXItYSIsInN1YiI6ImFsaWNlIiwiYXVkIjpbImFwaSIsIm90aGVyIl0sImV4cCI6MTc2NzIyOTIwMCwiaWF0IjoxNzY3MjI1NjAwfQ.l3SdUrbVvWw6RB1LzOKDDTItdUpB46of-RJBGIFIg2jAPUXZoVZ8AEiO8Yrjb4YB",
      "HS512": "eyJhbGciOiJIUzUxMiIsImtpZCI6IkhTNTEyIiwidHlwIjoiSldUIn0.eyJpc3MiOiJpc3N1ZXItYSIsInN1YiI6ImFsaWNlIiwiYXVkIjpbImFwaSIsIm90aGVyIl0sImV4cCI6MTc2NzIyOTIwMCwiaWF0IjoxNzY3MjI1NjAwfQ.DSw5eUG9xg4YM-BeQY9UOdfL7G_ao_vurj0OrBMUhE9SYaAp6SKaz2xhKufkJek44njN1TjaKAhedkWyzBfyGA",
      "rsa": "eyJhbGciOiJSUzUxMiIsImtpZCI6InJzYSIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJpc3N1ZXItYSIsInN1YiI6ImFsaWNlIiwiYXVkIjpbImFwaSIsIm90aGVyIl0sImV4cCI6MTc2NzIyOTIwMCwiaWF0IjoxNzY3MjI1NjAwfQ.pbUq8al0S0GGoKrtOjuZ2DbLSRoQjREbI4mepOH-G710-tOVg9XaD7CR0WePHreTd-HAKW1N7QN_OXshGrM32JOD7pbOO75-cUzOm_lZexpEAqB1m2T1tvunHBFSPJ1i-VLbhhMUUVqV-5kFnX6Wa3JjbmtCjuGuFF8L2ulsRRIJpFxntY7gGFnI5ssAlO5RdCjMdxlapVpy8o8h-6bBS9YaDieUKf8u-tLr_YQ_nJ0zHmUtYbvSBaH98Sv0_G9cPAzJ1QGO53sEOo0MuaMojVjHd19lGjhgTGcZVwb4n9d6L8L17F6q-7H-Mhul_6c9nJRqUUBOYhn08KeBbaDnLw",
      "rsa_pss": "eyJhbGciOiJQUzI1NiIsImtpZCI6InJzYSIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJpc3N1ZXItYSIsInN1YiI6ImFsaWNlIiwiYXVkIjpbImFwaSIsIm90aGVyIl0sImV4cCI6MTc2NzIyOTIwMCwiaWF0IjoxNzY3MjI1NjAwfQ.SFfoS96NBlIHgoO-HKpRgJ9sKZwxSRJpQ0jUBZlB8pO-unXRPY7EpAo3I9bA3xLIBBdYE6SyQ4paH57Qv-0NtFqd-D1qGhHoXHsn4lngcLTZxHNp7smynhf_6aWtkhJdlejxl-yXUis2SlciJXDCJ-oFlwWvKf-5ovVAET3uEos8h8hq4sC4dxPdmiPCZUv97IK_xPVjZdlidCR8RG6nT3-BNWqlux8WUl54OWWFm0EoNhypaV78fc4az6OmsMk7Q7mCuubmzmWBwQ2zt0iFhQvLx9Ija8zr8uz3R81HPaAJesn8QsAbfPeZAIndz-6wIzvJZJ_E-OYPsgb4I50YlQ",
      "shared": "eyJhbGciOiJIUzM4NCIsImtpZCI6InNoYXJlZCIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJpc3N1ZXItYSIsInN1YiI6ImFsaWNlIiwiYXVkIjpbImFwaSIsIm90aGVyIl0sImV4cCI6MTc2NzIyOTIwMCwiaWF0IjoxNzY3MjI1NjAwfQ.3KS6eSixh-ieGcgKfxTqk8An8HwDr-ODocLuvtO2SDBJ9JJOaVDqhhYDwsGbPXLz",
      "bob": "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJpc3N1ZXItYiIsInN1YiI6ImJvYiIsImF1ZCI6WyJhcGkiLCJvdGhlciJdLCJleHAiOjE3NjcyMjkyMDAsImlhdCI6MTc2NzIyNTYwMH0.Pq1NOV9VBZiyGq_KbLVj-tErbuhz_ZH1e1kKKNYOMVEqSF2kagCdpgjuQ1Ix-TG7uZV_624T9xQL82hgNkLO0Q",
      "carol": "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJpc3N1ZXItYyIsInN1YiI6ImNhcm9sIiwiYXVkIjpbImFwaSIsIm90aGVyIl0sImV4cCI6MTc2NzIyOTIwMCwiaWF0IjoxNzY3MjI1NjAwfQ.5YQUoii72EWjvR8U_1M7lgnYjhwO3wswOxTfNot_SzVgf7JpapYCA12u8QfmoCoq9HnBB4px4Cq7QZFRKMdkDA",
      "expired": "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJpc3N1ZXItYSIsInN1YiI6ImFsaWNlIiwiYXVkIjpbImFwaSIsIm90aGVyIl0sImV4cCI6MTc2NzIyNTQ4MCwiaWF0IjoxNzY3MjI1NjAwfQ.pUC8cCGpVyhPKFBjQ3RbOrs8O_3D1YzqReiP5LelmD8EddiNM24X0TCYdE8qaW8P7esyHBc7S4oAY0K6uPTdRQ",
      "expired_within_skew": "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJpc3N1ZXItYSIsInN1YiI6ImFsaWNlIiwiYXVkIjpbImFwaSIsIm90aGVyIl0sImV4cCI6MTc2NzIyNTU3MCwiaWF0IjoxNzY3MjI1NjAwfQ.EFsFteOHA0P_wjq0a6EpCnFQ8laIucdJpFgo-RXrroW6jYhdNiPPeALNChs0CxObtDKbNESSnJ6OOAf_ys3OKA",
      "not_yet": "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJpc3N1ZXItYSIsInN1YiI6ImFsaWNlIiwiYXVkIjpbImFwaSIsIm90aGVyIl0sImV4cCI6MTc2NzIyOTIwMCwiaWF0IjoxNzY3MjI1NjAwLCJuYmYiOjE3NjcyMjU3MjB9.S6nEym2yLzumxpTJZHWnz5eh4CZLsF4Be0ovmtUz4Q__UAKBjIkTjUH1berRxjEG9e3t0ntYkjvT926bo3DIuA",
      "not_yet_within_skew": "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJpc3N1ZXItYSIsInN1YiI6ImFsaWNlIiwiYXVkIjpbImFwaSIsIm90aGVyIl0sImV4cCI6MTc2NzIyOTIwMCwiaWF0IjoxNzY3MjI1NjAwLCJuYmYiOjE3NjcyMjU2MzB9.PshFO2MDj97QtJWL2muHCzZU-IFKEkZlPKacQ6IfZmHeafwsqQV8nUdjSBRsG3WkmaTAQvDK3o2M_zrW7MUY-A",
      "endless": "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJpc3N1ZXItYSIsInN1YiI6ImFsaWNlIiwiYXVkIjpbImFwaSIsIm90aGVyIl0sImlhdCI6MTc2NzIyNTYwMH0.nfas9GhjOVnXQYu064LCS8uswy7xBQSRgxXgZyi2fh8BaJYpV-MCw4Ze03oz6A6pgj1zhmn29j_KaMYHs_mjsA",
      "other_issuer": "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJub2JvZHkiLCJzdWIiOiJhbGljZSIsImF1ZCI6WyJhcGkiLCJvdGhlciJdLCJleHAiOjE3NjcyMjkyMDAsImlhdCI6MTc2NzIyNTYwMH0.rzD5dl1qVjX579asJm3vP1yen4c47rYJ3mdKg6wCzEaJxMEyBMWm82XgrCEWHgXz3TrtzuJ4yEdZKRg398ijiA",
      "no_issuer": "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJzdWIiOiJhbGljZSIsImF1ZCI6WyJhcGkiLCJvdGhlciJdLCJleHAiOjE3NjcyMjkyMDAsImlhdCI6MTc2NzIyNTYwMH0.puqvxJzB0F3nO2ucuy4cRtjwHlScIrsSoFBZKMVRpm7ebXqK8zw91o7w-K-5x_nKGj4PLklOIKnXLmwN63T6mg",
      "other_audience": "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJpc3N1ZXItYSIsInN1YiI6ImFsaWNlIiwiYXVkIjoiZWxzZXdoZXJlIiwiZXhwIjoxNzY3MjI5MjAwLCJpYXQiOjE3NjcyMjU2MDB9.SAlkKb1fbvGtn6PmfEaZY4xCH5rta8vCLCf-s52SdonG3TE7u2Yjw3f2EM6iZ3OepIMGmGK31iIhAJ7XA3kWEw",
      "one_audience": "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJpc3N1ZXItYSIsInN1YiI6ImFsaWNlIiwiYXVkIjoiYXBpIiwiZXhwIjoxNzY3MjI5MjAwLCJpYXQiOjE3NjcyMjU2MDB9.5nP4Js28g8UYm7eXi8hkUKxEL6m2VXfCj0S3U8zji_eXFKEDQUt9fhdCuPnFpcsVDZa4YOFJp6ec0yr6hAgjmA",
      "no_audience": "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJpc3N1ZXItYSIsInN1YiI6ImFsaWNlIiwiZXhwIjoxNzY3MjI5MjAwLCJpYXQiOjE3NjcyMjU2MDB9.FpbNlbhk2wZBv0p3nOxNOYE9LF88GxVgVC24ueB4EabT1jMgmw3H_UvU1zFFQ_L-cZYBHgBTStR55aX9X7LoJw",
      "wrong_key": "eyJhbGciOiJSUzI1NiIsImtpZCI6IlJTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJpc3N1ZXItYSIsInN1YiI6ImFsaWNlIiwiYXVkIjpbImFwaSIsIm90aGVyIl0sImV4cCI6MTc2NzIyOTIwMCwiaWF0IjoxNzY3MjI1NjAwfQ.abCfdDNg_RnwtB7rKNO1ilhj9ZYbNShpzqmO8gJHRIg51hMFACOWDtAhy2wQEk9mgNKdyHy3mkDms43F7xIJ47KsIaxk_jkEc5lfL7STseKQutrcbpIso0wfgROd3o8Rp1RPmfBr-8acjf7ja48pYCB8CR5CinZufotduxiORWt9MJ4wulMJ0NeR2tteZWKPP0UeQ6EsN1XVEE8ENAO_fofs9EId2ByEKCNdqVISHb6nQ2V5peEHh6mYgWCm6Xa02dlNpRUHRYgwWieJ3nCs7hbb6nVT6OP6ZwaAa6N7PPOUXvb-dVZHAJI_o0IO0DX6SOjVe1W65KEj0Sl4cL5sug",
      "unknown_key": "eyJhbGciOiJFUzI1NiIsImtpZCI6InVua25vd24iLCJ0eXAiOiJKV1QifQ.eyJpc3MiOiJpc3N1ZXItYSIsInN1YiI6ImFsaWNlIiwiYXVkIjpbImFwaSIsIm90aGVyIl0sImV4cCI6MTc2NzIyOTIwMCwiaWF0IjoxNzY3MjI1NjAwfQ.I3ZoDelKSJn3qlzWOOVaSV1KzCRaAeNgtCGA1szIJGh0-6JwMcavuI3LU1l_XGZmQuWxX8WrVy4Yn-VsQ52mxg",
      "claims": "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJpc3N1ZXItYSIsInN1YiI6ImFsaWNlIiwiYXVkIjpbImFwaSIsIm90aGVyIl0sImV4cCI6MTc2NzIyOTIwMCwiaWF0IjoxNzY3MjI1NjAwLCJ0ZW5hbnQiOiJ0LTEiLCJsZXZlbCI6Nywic3RhZmYiOnRydWUsInVzZXIiOnsiaWQiOiJ1LTkifSwicm9sZXMiOlsiYSJdLCJlbXB0eSI6IiJ9.j3k-KWdCXVoWsbxyHFAGC8oWCDK4D511hJn-Fx8-Jc9lB6Pz3egI4A6_bUaFb1zdEUiLum1Ajk6cT43V9NsCjw",
      "hostile_claim": "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJpc3N1ZXItYSIsInN1YiI6ImFsaWNlIiwiYXVkIjpbImFwaSIsIm90aGVyIl0sImV4cCI6MTc2NzIyOTIwMCwiaWF0IjoxNzY3MjI1NjAwLCJ0ZW5hbnQiOiJ0XHJcbngtYWRtaW46IDEifQ.U_PcVKPyFxMA7nI2ivbPHV6rfKg6vYoUZafoDAFt1WDno2rckG_De8el8taclSkiZ2_55J4aoVCqHN6DESrboQ",
      "critical": "eyJhbGciOiJFUzI1NiIsImNyaXQiOlsiYjY0Il0sImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJpc3N1ZXItYSIsInN1YiI6ImFsaWNlIiwiYXVkIjpbImFwaSIsIm90aGVyIl0sImV4cCI6MTc2NzIyOTIwMCwiaWF0IjoxNzY3MjI1NjAwfQ.haVx7Rq8hc5QqrWuGkEJJs6H1lhc4_4luCJps3FoHp4cPXWPTOd4msXKxya-iI2IZrvj5MgZg5ixEPmTSzj9bA",
      "text_date": "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiAiaXNzdWVyLWEiLCAiZXhwIjogInRvbW9ycm93In0.AAAA",
      "none": "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJpc3MiOiJpc3N1ZXItYSIsInN1YiI6ImFsaWNlIiwiZXhwIjoxNzY3MjI5MjAwfQ.",
      "tampered": "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiAiaXNzdWVyLWEiLCAic3ViIjogIm1hbGxvcnkiLCAiZXhwIjogMTc2NzIyOTIwMH0.1mssK84Lw08JrIISVyKBUwHoRHTqaInpPNXO4E5qMhvkBZsmrkjhrtGsozFCec4H5sFWmO5CZxMgqEZBuppP6w",
      "short_signature": "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJpc3N1ZXItYSIsInN1YiI6ImFsaWNlIiwiYXVkIjpbImFwaSIsIm90aGVyIl0sImV4cCI6MTc2NzIyOTIwMCwiaWF0IjoxNzY3MjI1NjAwfQ.1mssK84Lw08JrIISVyKB",
      "two_parts": "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJpc3N1ZXItYSIsInN1YiI6ImFsaWNlIiwiYXVkIjpbImFwaSIsIm90aGVyIl0sImV4cCI6MTc2NzIyOTIwMCwiaWF0IjoxNzY3MjI1NjAwfQ",
      "not_base64": "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJpc3N1ZXItYSIsInN1YiI6ImFsaWNlIiwiYXVkIjpbImFwaSIsIm90aGVyIl0sImV4cCI6MTc2NzIyOTIwMCwiaWF0IjoxNzY3MjI1NjAwfQ.!!!!",
      "not_json": "aGVsbG8.eyJpc3MiOiJpc3N1ZXItYSIsInN1YiI6ImFsaWNlIiwiYXVkIjpbImFwaSIsIm90aGVyIl0sImV4cCI6MTc2NzIyOTIwMCwiaWF0IjoxNzY3MjI1NjAwfQ.1mssK84Lw08JrIISVyKBUwHoRHTqaInpPNXO4E5qMhvkBZsmrkjhrtGsozFCec4H5sFWmO5CZxMgqEZBuppP6w",
      "confused": "eyJhbGciOiAiSFMyNTYiLCAidHlwIjogIkpXVCIsICJraWQiOiAicnNhIn0.eyJpc3MiOiJpc3N1ZXItYSIsInN1YiI6ImFsaWNlIiwiYXVkIjpbImFwaSIsIm90aGVyIl0sImV4cCI6MTc2NzIyOTIwMCwiaWF0IjoxNzY3MjI1NjAwfQ.dtgrnZ79BwnUhwtF7QPx4H1U5Tcl4YGPUad7HmGxP-c",
      "confused_same_kid": "eyJhbGciOiAiSFMyNTYiLCAidHlwIjogIkpXVCIsICJraWQiOiAiUlMyNTYifQ.eyJpc3MiOiJpc3N1ZXItYSIsInN1YiI6ImFsaWNlIiwiYXVkIjpbImFwaSIsIm90aGVyIl0sImV4cCI6MTc2NzIyOTIwMCwiaWF0IjoxNzY3MjI1NjAwfQ.BXDY7UDGonZQ6AtNXLPETdNy5nvQnodGxs7CnVs4sOQ"
     },
     "bcrypt": {
      "password": "pass:w\u00f6rd",
      "2b": "$2b$04$vEbSpdTUrc2hoDVuONlC5uyvFE4n.uiGwUXQv7DJuTMIRYgK8FPdu",
      "2a": "$2a$04$S3LlKMb6p.fBE//y83SD1OWDVXOc/UMOGLoRDXT3Hprrd.4sY8.gK",
      "long_password": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
      "long": "$2b$04$bJprfrD1hrhCJ/hjBIgh4.KaNt4XYcVm12k7tex9UVW4oWs3wgKKO",
      "empty": "$2b$04$.SxRUkCv/gkUvXdD/1v7QeMWwGndQHkmfO/vhczR0ISSIHajl5HFi",
      "slow": "$2b$07$56Rk/oMACGuFC65x3Dhp6O.YV8RpD3be3xzvqp1rFSURA2s.oc62W",
      "2y": "$2y$04$vEbSpdTUrc2hoDVuONlC5uyvFE4n.uiGwUXQv7DJuTMIRYgK8FPdu"
     },
     "hmac": {
      "plain": {
       "method": "GET",
       "target": "/",
       "headers": {
        "x-ca-key": "key-a",
        "accept": "application/json",
        "x-ca-signature": "6R0NqXRLw84ppM/maCzHU1B8ZDfcLV2aIDnrfYpdF04="
       },
       "body": "",
       "text": "GET\napplication/json\n\n\n\n/"
      },
      "query": {
       "method": "GET",
       "target": "/a/b?z=1&a=x%20y&flag&empty=&w=5%25&v=%2541&p%3Dq=r=s%26t",
       "headers": {
        "x-ca-key": "key-a",
        "accept": "application/json",
        "x-ca-signature": "BKc+5Yt3QLjCSfeOKRCjZ5mtW0aEVBpPdCpSYebQTBY="
       },
       "body": "",
       "text": "GET\napplication/json\n\n\n\n/a/b?a=x y&empty&flag&p%3Dq=r=s%26t&v=%2541&w=5%&z=1"
      },
      "sha1": {
       "method": "GET",
       "target": "/sha1",
       "headers": {
        "x-ca-key": "key-a",
        "accept": "application/json",
        "x-ca-signature-method": "HmacSHA1",
        "x-ca-signature": "ZDN8VBypvrX5Z0R+lhJ1hINOZuc="
       },
       "body": "",
       "text": "GET\napplication/json\n\n\n\n/sha1"
      },
      "sha256": {
       "method": "GET",
       "target": "/sha256",
       "headers": {
        "x-ca-key": "key-a",
        "accept": "application/json",
        "x-ca-signature-method": "HmacSHA256",
        "x-ca-signature": "s+J+akR1i2juatQ78r3mNvPoVfp/0HYy5KrcSFG3Jh8="
       },
       "body": "",
       "text": "GET\napplication/json\n\n\n\n/sha256"
      },
      "fields": {
       "method": "GET",
       "target": "/fields",
       "headers": {
        "x-ca-key": "key-a",
        "accept": "application/json",
        "x-ca-nonce": "c9f15cbf",
        "x-ca-timestamp": "1767225600000",
        "x-b": "",
        "x-ca-stage": "RELEASE",
        "x-ca-signature-headers": "x-ca-timestamp,X-Ca-Key,x-ca-nonce,x-b,x-ca-stage",
        "x-ca-signature": "/6PET6sDmzwoZb7lMrokxMparPyL1uJegC4iYTpxMzM="
       },
       "body": "",
       "text": "GET\napplication/json\n\n\n\nx-b:\nx-ca-key:key-a\nx-ca-nonce:c9f15cbf\nx-ca-stage:RELEASE\nx-ca-timestamp:1767225600000\n/fields"
      },
      "date": {
       "method": "GET",
       "target": "/date",
       "headers": {
        "x-ca-key": "key-a",
        "accept": "application/json",
        "date": "Thu, 01 Jan 2026 00:00:00 GMT",
        "x-ca-signature": "K2hDPKxv4XURET0n3fhQ8/KQ/KQffSWFR5bYrfOiagQ="
       },
       "body": "",
       "text": "GET\napplication/json\n\n\nThu, 01 Jan 2026 00:00:00 GMT\n/date"
      },
      "sdk_date": {
       "method": "GET",
       "target": "/date",
       "headers": {
        "x-ca-key": "key-a",
        "accept": "application/json",
        "date": "Thu, 01 Jan 2026 00:00:00 GMT+00:00",
        "x-ca-signature": "PXyGESI1EzjqmmX3qzA4cDzFeY9SFOCPBQvcdJkd4hU="
       },
       "body": "",
       "text": "GET\napplication/json\n\n\nThu, 01 Jan 2026 00:00:00 GMT+00:00\n/date"
      },
      "seconds": {
       "method": "GET",
       "target": "/date",
       "headers": {
        "x-ca-key": "key-a",
        "accept": "application/json",
        "x-ca-timestamp": "1767225600",
        "x-ca-signature-headers": "x-ca-timestamp",
        "x-ca-signature": "pIpQztsWSZR0qr4JCfq2gx70OogQIy1aCeRe9BQ4LQY="
       },
       "body": "",
       "text": "GET\napplication/json\n\n\n\nx-ca-timestamp:1767225600\n/date"
      },
      "old": {
       "method": "GET",
       "target": "/date",
       "headers": {
        "x-ca-key": "key-a",
        "accept": "application/json",
        "x-ca-timestamp": "1767221600000",
        "x-ca-signature-headers": "x-ca-timestamp",
        "x-ca-signature": "BbRquQfqhyN33pwhp+r9Y2adWK7Bdq4PC403TatP/Aw="
       },
       "body": "",
       "text": "GET\napplication/json\n\n\n\nx-ca-timestamp:1767221600000\n/date"
      },
      "form": {
       "method": "POST",
       "target": "/form?b=2",
       "headers": {
        "x-ca-key": "key-a",
        "accept": "application/json",
        "content-type": "application/x-www-form-urlencoded; charset=utf-8",
        "x-ca-signature": "hpCuOsMH4Nps3MmoqWNY5j7y/htLkYcLKFwPkXEwd9U="
       },
       "body": "c=3&a=h%C3%A9llo&e",
       "text": "POST\napplication/json\n\napplication/x-www-form-urlencoded; charset=utf-8\n\n/form?a=h\u00e9llo&b=2&c=3&e"
      },
      "json": {
       "method": "POST",
       "target": "/json",
       "headers": {
        "x-ca-key": "key-a",
        "accept": "application/json",
        "content-type": "application/json",
        "x-ca-signature": "gzO+b2l8pSYGn9/Eaj6i33Nkl10CtgBnDA4pkIiyUZU="
       },
       "body": "{\"a\":1}",
       "text": "POST\napplication/json\n\napplication/json\n\n/json"
      },
      "md5": {
       "method": "POST",
       "target": "/md5",
       "headers": {
        "x-ca-key": "key-a",
        "accept": "application/json",
        "content-type": "application/json",
        "content-md5": "u2y1xo30ZSlByvZSo2by2A==",
        "x-ca-signature": "Y8mSb1eGRi++1S16rh06tvwcoZbFF5MjM77NFn9dZds="
       },
       "body": "{\"a\":1}",
       "text": "POST\napplication/json\nu2y1xo30ZSlByvZSo2by2A==\napplication/json\n\n/md5"
      },
      "form_md5": {
       "method": "POST",
       "target": "/form",
       "headers": {
        "x-ca-key": "key-a",
        "accept": "application/json",
        "content-type": "application/x-www-form-urlencoded; charset=utf-8",
        "content-md5": "OHLJrj9CevC+Dq0J0Hrizw==",
        "x-ca-signature": "C8Azq9v8lTyye5Dv5pExpou+3ipRsgSdVYLHCJf/rzk="
       },
       "body": "a=1",
       "text": "POST\napplication/json\nOHLJrj9CevC+Dq0J0Hrizw==\napplication/x-www-form-urlencoded; charset=utf-8\n\n/form?a=1"
      },
      "bob": {
       "method": "GET",
       "target": "/bob",
       "headers": {
        "x-ca-key": "key-b",
        "accept": "application/json",
        "x-ca-signature": "YsxDsiaYyuO6hpFJr9h2fNgs5PBaCm+BquGslNze0c0="
       },
       "body": "",
       "text": "GET\napplication/json\n\n\n\n/bob"
      }
     }
    }
    """#
